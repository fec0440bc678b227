#include "app/faces/photo_faces.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "app/data/image_file.h"
#include "app/faces/align.h"
#include "app/faces/face_pictures.h"
#include "app/faces/sheet.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kMaxDisplayPx = 256, kMeasuredFaces = 200;

Similarity from_square(const cv::Rect& square) {
  const double scale = 1. / square.width;
  return {scale, 0, -square.x * scale, 0, scale, -square.y * scale};
}

}  // namespace

FaceAligner::FaceAligner(const FaceModel& model, bool aligned)
    : size_px_(model.autoencoder.shape().size_px), crop_(stored_crop(model.alignment)) {
  if (aligned) return;
  const auto& eyes = model.alignment.at("eyes");
  if (eyes.is_null())
    throw Error(
        "expected a model that knows where the eyes lie, got one trained on pictures in which no eyes were found; "
        "use --aligned with pictures like those it was trained on");
  geometry_ = geometry_from_json(eyes, "faces.json");
  finder_ = std::make_shared<const FaceFinder>();
}

cv::Rect FaceAligner::aligned_square(const cv::Mat& rgb) const {
  if (rgb.rows == size_px_ && rgb.cols == size_px_) return {0, 0, rgb.cols, rgb.rows};
  if (crop_) {
    const cv::Rect square(static_cast<int>(crop_->x), static_cast<int>(crop_->y), static_cast<int>(crop_->side),
                          static_cast<int>(crop_->side));
    if ((square & cv::Rect(0, 0, rgb.cols, rgb.rows)) == square) return square;
  }
  const int side = std::min(rgb.rows, rgb.cols);
  return {(rgb.cols - side) / 2, (rgb.rows - side) / 2, side, side};
}

std::vector<Similarity> FaceAligner::places(const cv::Mat& rgb) const {
  if (finder_ == nullptr) return {from_square(aligned_square(rgb))};
  std::vector<Similarity> places;
  for (const FoundFace& face : finder_->find(rgb))
    places.push_back(align_transform(face.left_eye, face.right_eye, *geometry_));
  return places;
}

cv::Mat FaceAligner::largest_face(const cv::Mat& rgb) const {
  const auto all = places(rgb);
  if (all.empty()) throw Unreadable("no face found");
  const auto larger = [](const Similarity& a, const Similarity& b) { return scale_of(a) < scale_of(b); };
  return align(rgb, *std::min_element(all.begin(), all.end(), larger), static_cast<int>(size_px_));
}

std::vector<PhotoFace> FaceAligner::faces(const cv::Mat& rgb) const {
  std::vector<PhotoFace> faces;
  for (const Similarity& place : places(rgb)) {
    const cv::Mat square = align(rgb, place, static_cast<int>(size_px_));
    faces.push_back({place, to_tensor(square), monochrome_tone(square)});
  }
  return faces;
}

std::vector<std::string> attributes_found(const FaceModel& model, const at::Tensor& face) {
  const torch::NoGradGuard no_grad;
  const at::Tensor features = model.autoencoder.classifier_features(face.unsqueeze(0))[0];
  std::vector<std::string> found;
  for (const auto& direction : model.directions) {
    const auto& [weight, bias] = direction.classifier;
    if (at::dot(features, weight).item<double>() + bias > 0) found.push_back(direction.name);
  }
  return found;
}

int64_t display_px(const FaceModel& model, const PhotoFace& face) {
  const int64_t size = model.autoencoder.shape().size_px;
  return std::clamp(std::llround(1 / scale_of(face.to_square)), static_cast<long long>(size),
                    static_cast<long long>(std::max(size, kMaxDisplayPx)));
}

nlohmann::json measure_eyes(const at::Tensor& pixels) {
  std::vector<cv::Mat> squares;
  for (int64_t i = 0; i < std::min(kMeasuredFaces, pixels.size(0)); ++i)
    squares.push_back(to_picture(pixels[i].permute({2, 0, 1}).to(at::kFloat) / 255));
  const auto geometry = measure_geometry(squares, FaceFinder());
  return geometry ? to_json(*geometry) : nlohmann::json();
}

}  // namespace pawprint
