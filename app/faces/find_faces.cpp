#include "app/faces/find_faces.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include "app/faces/find_eyes.h"
#include "app/faces/windows.h"
#include "models/base/error.h"

namespace pawprint {

struct FaceFinder::Cascades {
  cv::CascadeClassifier face, second_face, cat;
  EyeCascades eyes;
  std::mutex mutex;  // a cascade keeps its scaled pictures
};

namespace {

// The whole photo is searched at a size at which the smallest face fills the cascade's own window of 20 pixels, turned
// three ways: a cascade finds faces up to about 12 degrees off.
constexpr int kWindowPx = 20;
constexpr std::array kScanDegrees = {0.0, -24.0, 24.0};
// Then the most likely places again, larger, turned five ways, with two cascades: of a face a hundred windows agree,
// elsewhere mostly fewer than ten.
constexpr size_t kMaxLooks = 16;
constexpr std::array kLookDegrees = {-16.0, -8.0, 0.0, 8.0, 16.0};
constexpr int kLookPx = 68, kFacePx = 40;  // the patch, and the face in it
constexpr int kMinVotes = 4;
// Faces are told from other things by their windows and their eyes, and from cats, which have both, by a cascade of
// their own.
constexpr double kEnough = 50, kEyeWeight = 3, kMaxEyeVotes = 12, kCatWeight = 2;
constexpr std::array kCatDegrees = {-10.0, 0.0, 10.0};
constexpr WindowSizes kCatSizes = {22, 60, 1.1};
constexpr double kCatMargin = 2.2;

std::vector<Cluster> scan(cv::CascadeClassifier& cascade, const cv::Mat& gray) {
  const double shrink = std::max(1.0, std::max(48.0, std::min(gray.rows, gray.cols) / 12.0) / kWindowPx);
  cv::Mat small;
  cv::resize(gray, small, {std::max(1, cvRound(gray.cols / shrink)), std::max(1, cvRound(gray.rows / shrink))}, 0, 0,
             cv::INTER_AREA);
  std::vector<Window> windows;
  for (const double degrees : kScanDegrees) {
    const double c = std::cos(degrees * CV_PI / 180), s = std::abs(std::sin(degrees * CV_PI / 180));
    const double width = c * small.cols + s * small.rows, height = c * small.rows + s * small.cols;
    const int side = cvRound(std::max(width, height));
    UprightPatch patch = cut_upright(small, {{small.cols / 2.0, small.rows / 2.0}, double(side), degrees}, 1, side);
    const cv::Size size(std::min(side, cvRound(width)), std::min(side, cvRound(height)));
    const cv::Point corner((side - size.width) / 2, (side - size.height) / 2);
    const cv::Point2d origin = apply(patch.to_photo, corner);
    patch.to_photo(0, 2) = origin.x;
    patch.to_photo(1, 2) = origin.y;
    patch.to_photo *= double(gray.cols) / small.cols;
    const auto found = search(cascade, patch.gray(cv::Rect(corner, size)), patch.to_photo, {kWindowPx, 1e6, 1.1});
    windows.insert(windows.end(), found.begin(), found.end());
  }
  auto places = group(std::move(windows));
  if (places.size() > kMaxLooks) places.resize(kMaxLooks);
  return places;
}

Cluster look_closer(const std::array<cv::CascadeClassifier*, 2>& cascades, const cv::Mat& gray, const Window& place) {
  std::vector<Window> windows;
  for (const double turn : kLookDegrees) {
    Window turned = place;
    turned.angle += turn;
    const UprightPatch patch = cut_upright(gray, turned, double(kLookPx) / kFacePx, kLookPx);
    for (auto* cascade : cascades) {
      const auto found = search(*cascade, patch.gray, patch.to_photo, {0.65 * kFacePx, 1.5 * kFacePx, 1.1});
      windows.insert(windows.end(), found.begin(), found.end());
    }
  }
  const auto groups = group(std::move(windows));
  return groups.empty() ? Cluster{place, 0} : groups.front();
}

double cat_votes(cv::CascadeClassifier& cascade, const cv::Mat& gray, const Window& face) {
  size_t votes = 0;
  for (const double turn : kCatDegrees) {
    Window turned = face;
    turned.angle += turn;
    const UprightPatch patch = cut_upright(gray, turned, kCatMargin, kLookPx);
    votes += search(cascade, patch.gray, patch.to_photo, kCatSizes).size();
  }
  return double(votes);
}

// Faces do not overlap: one of several that share a third of the smaller one's box stays, the most certain.
std::vector<FoundFace> without_overlaps(std::vector<FoundFace> faces) {
  std::stable_sort(faces.begin(), faces.end(),
                   [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
  std::vector<FoundFace> out;
  for (const auto& face : faces) {
    const bool apart = std::all_of(out.begin(), out.end(), [&](const FoundFace& other) {
      return 3 * (face.box & other.box).area() < std::min(face.box.area(), other.box.area());
    });
    if (apart) out.push_back(face);
  }
  return out;
}

cv::CascadeClassifier load(const std::filesystem::path& path) {
  cv::CascadeClassifier cascade;
  try {
    if (std::filesystem::is_regular_file(path) && cascade.load(path.native())) return cascade;
  } catch (const cv::Exception&) {
    // a file that is no cascade
  }
  throw Error(in_quotes(path.native()) +
              ": expected one of OpenCV's Haar cascades, which find faces; install Debian's package opencv-data");
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return 0.5 * (values[(n - 1) / 2] + values[n / 2]);
}

}  // namespace

std::filesystem::path default_cascades() { return PAWPRINT_CASCADES; }

FaceFinder::FaceFinder(const std::filesystem::path& folder) : cascades_(std::make_unique<Cascades>()) {
  cascades_->face = load(folder / "haarcascade_frontalface_alt2.xml");
  cascades_->second_face = load(folder / "haarcascade_frontalface_alt.xml");
  cascades_->cat = load(folder / "haarcascade_frontalcatface_extended.xml");
  cascades_->eyes.eye = load(folder / "haarcascade_eye.xml");
  cascades_->eyes.eye_with_glasses = load(folder / "haarcascade_eye_tree_eyeglasses.xml");
}

FaceFinder::~FaceFinder() = default;
FaceFinder::FaceFinder(FaceFinder&&) noexcept = default;
FaceFinder& FaceFinder::operator=(FaceFinder&&) noexcept = default;

std::vector<FoundFace> FaceFinder::find(const cv::Mat& rgb) const {
  if (rgb.empty() || rgb.type() != CV_8UC3) throw Error("faces to find: expected a photo of 3 channels of 8 bits");
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  const std::lock_guard lock(cascades_->mutex);
  std::vector<FoundFace> faces;
  for (const auto& place : scan(cascades_->face, gray)) {
    const auto [face, votes] = look_closer({&cascades_->face, &cascades_->second_face}, gray, place.mean);
    if (votes < kMinVotes) continue;
    const Eyes eyes = find_eyes(cascades_->eyes, gray, face);
    double score = votes + kEyeWeight * std::min(eyes.votes, kMaxEyeVotes);
    if (score >= kEnough) score -= kCatWeight * cat_votes(cascades_->cat, gray, face);
    if (score < kEnough) continue;
    const cv::Rect box(cvRound(face.center.x - face.side / 2), cvRound(face.center.y - face.side / 2),
                       cvRound(face.side), cvRound(face.side));
    faces.push_back({box & cv::Rect({0, 0}, rgb.size()), eyes.left, eyes.right, 1 - std::exp(-score / 60)});
  }
  faces = without_overlaps(std::move(faces));
  std::stable_sort(faces.begin(), faces.end(), [](const auto& a, const auto& b) {
    return a.left_eye.x + a.right_eye.x < b.left_eye.x + b.right_eye.x;
  });
  return faces;
}

std::optional<FaceGeometry> measure_geometry(const std::vector<cv::Mat>& squares, const FaceFinder& finder) {
  constexpr int kSidePx = 192, kBorderPx = 48;  // the cascade's window may reach beyond the square
  std::array<std::vector<double>, 4> eyes;
  for (const auto& square : squares) {
    cv::Mat large;
    cv::resize(square, large, {kSidePx, kSidePx}, 0, 0, square.cols > kSidePx ? cv::INTER_AREA : cv::INTER_CUBIC);
    cv::copyMakeBorder(large, large, kBorderPx, kBorderPx, kBorderPx, kBorderPx, cv::BORDER_REPLICATE);
    const auto faces = finder.find(large);
    if (faces.size() != 1) continue;
    const cv::Point2d left = faces[0].left_eye, right = faces[0].right_eye;
    const std::array at = {left.x, left.y, right.x, right.y};
    for (size_t i = 0; i < 4; ++i) eyes[i].push_back((at[i] - kBorderPx) / kSidePx);
  }
  if (eyes[0].empty() || 4 * eyes[0].size() < squares.size()) return std::nullopt;
  return FaceGeometry{median(eyes[0]), median(eyes[1]), median(eyes[2]), median(eyes[3])};
}

}  // namespace pawprint
