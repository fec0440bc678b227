#include "app/drawing/faces.h"

#include <algorithm>
#include <cstdio>
#include <opencv2/imgproc.hpp>
#include <string>

#include "app/base/parallel.h"
#include "app/drawing/face_parts.h"
#include "app/drawing/picture_folder.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

using namespace drawing;

constexpr int kFine = 4;  // drawn at four times the size, then averaged down
constexpr int kJpegQuality = 95;
constexpr int kSmallestSidePx = 32;

// Light from one side, its color and strength.
void light_picture(cv::Mat picture, const FaceTraits& face) {
  const Color tint{1 - 0.035f * face.warmth, 1, 1 + 0.035f * face.warmth};
  for (int y = 0; y < picture.rows; ++y) {
    uchar* p = picture.ptr<uchar>(y);
    for (int x = 0; x < picture.cols; ++x, p += 3) {
      const float across = 2 * (static_cast<float>(x) + 0.5f) / static_cast<float>(picture.cols) - 1;
      const float light = face.exposure * (1 + 0.09f * face.light_x * across);
      for (int k = 0; k < 3; ++k) p[k] = cv::saturate_cast<uchar>(static_cast<float>(p[k]) * light * tint[k]);
    }
  }
}

void draw_parts(const Pen& pen, const FaceTraits& face) {
  const FaceColors colors = face_colors(face);
  draw_back_hair(pen, face, colors);
  draw_bust(pen, face, colors);
  draw_face_head(pen, face, colors);
  draw_age_lines(pen, face, colors);
  draw_cheeks(pen, face, colors);
  draw_nose(pen, face, colors);
  draw_face_eyes(pen, face, colors);
  draw_beard(pen, face, colors);
  draw_mustache(pen, face, colors);
  draw_face_mouth(pen, face, colors);
  draw_brows(pen, face, colors);
  draw_front_hair(pen, face, colors);
  draw_glasses(pen, face, colors);
  draw_hat(pen, face, colors);
}

std::string picture_name(int64_t index) {
  char name[32];
  std::snprintf(name, sizeof name, "%06lld.jpg", static_cast<long long>(index));
  return name;
}

std::string attribute_header() {
  std::string row = "file";
  for (const auto& attribute : face_attributes()) row.append(",").append(attribute.name);
  return row + "\n";
}

std::string attribute_row(const std::string& name, const FaceTraits& face) {
  std::string row = name;
  for (const auto& attribute : face_attributes()) row += attribute.has(face) ? ",1" : ",0";
  return row + "\n";
}

}  // namespace

cv::Mat draw_face(const FaceTraits& face, int side_px) {
  if (side_px < kSmallestSidePx)
    throw Error("side of a face: expected at least " + std::to_string(kSmallestSidePx) + " pixels, got " +
                std::to_string(side_px));
  const int fine_px = side_px * kFine;
  cv::Mat fine(fine_px, fine_px, CV_8UC3, cv::Scalar::all(128));
  const float side = static_cast<float>(fine_px);
  const Pen page(fine, {{0, 0}, {side, 0}, {0, side}});
  draw_face_background(page, face);
  const float between_eyes = 0.5f * (kFaceLeftEyeX + kFaceRightEyeX);
  draw_parts(page.at(between_eyes + face.shift_x, kFaceEyeY + face.shift_y).turned(face.turn_degrees).scaled(kFaceUnit),
             face);
  cv::Mat picture;
  cv::resize(fine, picture, {side_px, side_px}, 0, 0, cv::INTER_AREA);
  light_picture(picture, face);
  return picture;
}

void draw_faces(const fs::path& out, int64_t count, uint64_t seed, const Progress& progress, int64_t threads) {
  check_drawing(out, count);
  const fs::path images = out / "images";
  make_output_folder(images);
  const auto draw = [&](int64_t i) {
    write_jpeg(images / picture_name(i), draw_face(face_traits(seed, i)), kJpegQuality);
  };
  parallel_for(Workers{threads}, count, draw, progress);
  std::string rows = attribute_header();
  for (int64_t i = 0; i < count; ++i) rows += attribute_row(picture_name(i), face_traits(seed, i));
  write_file(out / "attributes.csv", rows);  // last: a folder with it is whole
}

}  // namespace pawprint
