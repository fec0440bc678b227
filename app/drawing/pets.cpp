#include "app/drawing/pets.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <string>

#include "app/base/parallel.h"
#include "app/drawing/animal.h"
#include "app/drawing/picture_folder.h"
#include "app/drawing/scene.h"
#include "models/base/atomic_file.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

using namespace drawing;

constexpr int kFine = 2;  // drawn at twice the size, then averaged down: smoother edges than LINE_AA alone
constexpr int kJpegQuality = 92;

cv::Size draw_size(Random& random) {
  const int long_side = 360 + random.below(161);
  const float ratio = random.uniform(0.68f, 1);
  const int short_side = std::max(240, static_cast<int>(ratio * static_cast<float>(long_side)));
  return random.chance(0.6f) ? cv::Size(long_side, short_side) : cv::Size(short_side, long_side);
}

// Where an animal stands in the picture: `unit` is half a head's width, in picture heights.
struct Placement {
  Pose pose;
  Point ground;
  float unit;
  float mirror;
  float turn_degrees;
};

Placement place_animal(const Scene& scene, Random& random) {
  const Pose pose =
      random.weighted<Pose>({{3, Pose::kSitting}, {3, Pose::kPortrait}, {2, Pose::kStanding}, {2, Pose::kLying}});
  const cv::Rect2f extent = pose_extent(pose);
  const float room = 0.95f * std::min(scene.width / extent.width, 1 / extent.height);
  const float unit = room * (pose == Pose::kPortrait ? random.uniform(0.85f, 1) : random.uniform(0.74f, 1));
  const float mirror = random.sign();
  const float left = mirror > 0 ? extent.x : -extent.x - extent.width;
  const float free_x = scene.width - unit * extent.width;
  const float x = free_x * random.uniform(0.12f, 0.88f) - unit * left;
  const float bottom = unit * (extent.y + extent.height), free_y = 1 - unit * extent.height;
  const float lift = random.uniform(0.05f, 0.4f);
  const float y = pose == Pose::kPortrait ? 1 - bottom : 1 - bottom - lift * free_y;
  const float turn = random.uniform(-2, 2);
  return {pose, {x, y}, unit, mirror, turn};
}

// Things stand left and right of the animal: behind it when higher up, where they are seen smaller.
void draw_things(const Pen& pen, const Scene& scene, const Placement& placement, bool front, Random& random) {
  const cv::Rect2f extent = pose_extent(placement.pose);
  for (const float side : {-1.f, 1.f}) {
    if (!random.chance(front ? 0.4f : 0.5f)) continue;
    const float size = placement.unit * random.uniform(0.95f, 1.35f);
    const float reach = (front ? 0.43f : 0.47f) * placement.unit * extent.width * random.uniform(0.85f, 1.15f);
    const float x = std::clamp(placement.ground.x + side * reach, 0.06f, scene.width - 0.06f);
    const float y =
        front ? placement.ground.y + 0.22f * placement.unit
              : std::max(placement.ground.y - random.uniform(0.3f, 0.7f) * placement.unit, scene.horizon + 0.1f);
    if (y < 1.02f) draw_thing(pen.at(x, y).scaled(random.sign() * size, size), scene, random);
  }
}

// The sharpness of a portrait lens: what is far behind is blurred.
void blur_background(cv::Mat picture) {
  cv::Mat small;
  cv::resize(picture, small, {}, 0.25, 0.25, cv::INTER_AREA);
  cv::blur(small, small, {5, 5});
  cv::blur(small, small, {5, 5});
  cv::resize(small, picture, picture.size(), 0, 0, cv::INTER_LINEAR);
}

void draw_shadows(const Pen& pen, Pose pose) {
  if (pose == Pose::kSitting) draw_shadow(pen.at(0, -0.08f), 1.55f, 0.28f, 0.45f);
  if (pose == Pose::kStanding) draw_shadow(pen.at(0.1f, -0.05f), 1.9f, 0.26f, 0.45f);
  if (pose == Pose::kLying) draw_shadow(pen.at(0, -0.06f), 2.3f, 0.26f, 0.5f);
}

void grade_picture(cv::Mat picture, const Grade& grade, Random& random) {
  const float half_x = 0.5f * static_cast<float>(picture.cols), half_y = 0.5f * static_cast<float>(picture.rows);
  const float amplitude = grade.noise / 128;
  for (int y = 0; y < picture.rows; ++y) {
    uchar* p = picture.ptr<uchar>(y);
    const float dy = (static_cast<float>(y) - half_y) / half_y;
    uint64_t bits = 0;
    for (int x = 0; x < picture.cols; ++x, p += 3) {
      bits = x % 4 == 0 ? random.next() : bits >> 16;
      const float dx = (static_cast<float>(x) - half_x) / half_x;
      const float light = 1 - 0.5f * grade.vignette * (dx * dx + dy * dy) * (dx * dx + dy * dy) / 2;
      // the sum of two bytes: a triangular distribution about 0
      const float noise =
          amplitude * 0.5f * static_cast<float>(static_cast<int>(bits & 255) + static_cast<int>(bits >> 8 & 255) - 255);
      for (int k = 0; k < 3; ++k)
        p[k] = cv::saturate_cast<uchar>(static_cast<float>(p[k]) * light * grade.tint[k] + noise);
    }
  }
}

}  // namespace

cv::Mat draw_pet(Pet pet, uint64_t seed, int64_t index) {
  const uint64_t kind = pet == Pet::kCat ? 1 : 2;
  Random random(Random::mix(Random::mix(Random::mix(seed) + kind) + static_cast<uint64_t>(index)));
  const cv::Size size = draw_size(random);
  cv::Mat fine(size * kFine, CV_8UC3, cv::Scalar(128, 128, 128));
  const float height = static_cast<float>(fine.rows), width = static_cast<float>(fine.cols);
  Random layout = random.fork(), scenery = random.fork(), things = random.fork(), animals = random.fork();
  const Scene scene = make_scene(width / height, layout);
  const Placement placement = place_animal(scene, layout);
  const Animal animal = make_animal(pet, animals);

  // The camera is held a little askew: everything turns about the middle.
  const Pen level(fine, {{0.5f * width, 0.5f * height}, {height, 0}, {0, height}});
  const Pen pen = level.turned(layout.uniform(-3, 3)).at(-0.5f * scene.width, -0.5f);
  draw_background(pen, scene, scenery);
  const bool portrait = placement.pose == Pose::kPortrait;
  if (portrait) blur_background(fine);
  if (!portrait) draw_things(pen, scene, placement, false, things);
  draw_weather(pen, scene, scenery);  // behind the animal: flakes on a face look like spots
  const Pen spot =
      pen.at(placement.ground).turned(placement.turn_degrees).scaled(placement.mirror * placement.unit, placement.unit);
  draw_shadows(spot, placement.pose);
  draw_animal(spot, placement.pose, animal, animals);
  if (!portrait) draw_things(pen, scene, placement, true, things);

  cv::Mat picture;
  cv::resize(fine, picture, size, 0, 0, cv::INTER_AREA);
  grade_picture(picture, make_grade(scene, layout), random);
  return picture;
}

void draw_pets(const fs::path& out, int64_t count, uint64_t seed, const Progress& progress, int64_t threads) {
  check_drawing(out, count);
  const fs::path cats = out / "cats", dogs = out / "dogs";
  make_output_folder(cats);
  make_output_folder(dogs);
  const auto draw = [&](int64_t i) {
    const std::string number = std::to_string(i / 2) + ".jpg";
    if (i % 2 == 0) {
      write_jpeg(cats / ("cat." + number), draw_pet(Pet::kCat, seed, i / 2), kJpegQuality);
    } else {
      write_jpeg(dogs / ("dog." + number), draw_pet(Pet::kDog, seed, i / 2), kJpegQuality);
    }
  };
  parallel_for(Workers{threads}, count, draw, progress);
}

}  // namespace pawprint
