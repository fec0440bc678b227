#include "app/faces/photo_faces.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "app/data/image_file.h"
#include "app/faces/align.h"
#include "app/faces/face_pictures.h"
#include "app/faces/sheet.h"
#include "models/error.h"

namespace pawprint {

namespace {

constexpr int64_t kMostDisplayPx = 256, kMeasuredFaces = 200;

Similarity from_square(const cv::Rect& square) {
  const double scale = 1. / square.width;
  return {scale, 0, -square.x * scale, 0, scale, -square.y * scale};
}

// [3,S,S] -> [S,S,3] in steps of 8 bits
cv::Mat in_steps(const at::Tensor& planes) {
  const at::Tensor rows = (planes * 255).permute({1, 2, 0}).contiguous();
  const auto size = static_cast<int>(rows.size(0));
  return cv::Mat(size, size, CV_32FC3, rows.data_ptr<float>()).clone();
}

at::Tensor stacked(const std::vector<PhotoFace>& faces) {
  std::vector<at::Tensor> all;
  for (const auto& face : faces) all.push_back(face.face);
  return at::stack(all);
}

// The plain decoding [3,S,S], in the photo's tone.
cv::Mat decoded_square(const PhotoFace& face, const at::Tensor& decoded) {
  const cv::Mat square = in_steps(decoded);
  return face.tone ? picture_in_tone(*face.tone, square) : square;
}

cv::Mat scaled(const cv::Mat& picture, int64_t size_px) {
  if (picture.rows == size_px) return picture;
  cv::Mat out;
  const cv::Size size(static_cast<int>(size_px), static_cast<int>(size_px));
  cv::resize(picture, out, size, 0, 0, cv::INTER_CUBIC);
  return out;
}

}  // namespace

FaceCutter::FaceCutter(const FaceModel& model, bool aligned)
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

cv::Rect FaceCutter::aligned_square(const cv::Mat& rgb) const {
  if (rgb.rows == size_px_ && rgb.cols == size_px_) return {0, 0, rgb.cols, rgb.rows};
  if (crop_) {
    const cv::Rect square(static_cast<int>(crop_->x), static_cast<int>(crop_->y), static_cast<int>(crop_->side),
                          static_cast<int>(crop_->side));
    if ((square & cv::Rect(0, 0, rgb.cols, rgb.rows)) == square) return square;
  }
  const int side = std::min(rgb.rows, rgb.cols);
  return {(rgb.cols - side) / 2, (rgb.rows - side) / 2, side, side};
}

std::vector<Similarity> FaceCutter::places(const cv::Mat& rgb) const {
  if (finder_ == nullptr) return {from_square(aligned_square(rgb))};
  std::vector<Similarity> places;
  for (const FoundFace& face : finder_->find(rgb))
    places.push_back(photo_to_square(face.left_eye, face.right_eye, *geometry_));
  return places;
}

cv::Mat FaceCutter::cut_largest(const cv::Mat& rgb) const {
  const auto all = places(rgb);
  if (all.empty()) throw Unreadable("no face found");
  const auto larger = [](const Similarity& a, const Similarity& b) { return scale_of(a) < scale_of(b); };
  return cut_face(rgb, *std::min_element(all.begin(), all.end(), larger), static_cast<int>(size_px_));
}

std::vector<PhotoFace> FaceCutter::cut(const cv::Mat& rgb) const {
  std::vector<PhotoFace> faces;
  for (const Similarity& place : places(rgb)) {
    const cv::Mat square = cut_face(rgb, place, static_cast<int>(size_px_));
    faces.push_back({place, to_tensor(square), monochrome_tone(square)});
  }
  return faces;
}

cv::Mat face_change(const PhotoFace& face, const at::Tensor& difference) {
  const cv::Mat change = in_steps(difference);
  return face.tone ? change_in_tone(*face.tone, to_picture(face.face), change) : change;
}

std::vector<std::string> attributes_found(const FaceModel& model, const at::Tensor& face) {
  const torch::NoGradGuard no_grad;
  const at::Tensor features = model.autoencoder.judge_features(face.unsqueeze(0))[0];
  std::vector<std::string> found;
  for (const auto& direction : model.directions) {
    const auto& [weight, bias] = direction.judgement;
    if (at::dot(features, weight).item<double>() + bias > 0) found.push_back(direction.name);
  }
  return found;
}

cv::Mat edit_photo(const FaceModel& model, const cv::Mat& rgb, const std::vector<PhotoFace>& faces,
                   const std::vector<FaceMove>& moves, bool decoded, bool aligned) {
  const torch::NoGradGuard no_grad;
  cv::Mat out = rgb.clone();
  if (faces.empty()) return out;
  const auto size = static_cast<int>(model.autoencoder.shape().size_px);
  const auto codes = model.autoencoder.encode(stacked(faces));
  const auto change =
      decoded ? model.autoencoder.decode(move_codes(codes, moves)) : edit_difference(model.autoencoder, codes, moves);
  const cv::Mat whole = cv::Mat::ones(size, size, CV_32F);
  for (size_t i = 0; i < faces.size(); ++i) {
    const at::Tensor one = change[static_cast<int64_t>(i)];
    if (decoded) {
      paste_back(out, decoded_square(faces[i], one), aligned ? whole : soft_mask(size), faces[i].to_square);
    } else {
      add_back(out, face_change(faces[i], one), faces[i].to_square);
    }
  }
  return out;
}

cv::Mat edited_square(const FaceModel& model, const cv::Mat& rgb, const PhotoFace& face,
                      const std::vector<FaceMove>& moves, bool decoded, int64_t size_px) {
  const torch::NoGradGuard no_grad;
  const auto codes = model.autoencoder.encode(face.face.unsqueeze(0));
  cv::Mat out;
  if (decoded) {
    decoded_square(face, model.autoencoder.decode(move_codes(codes, moves))[0]).convertTo(out, CV_8UC3);
    return scaled(out, size_px);
  }
  cut_face(rgb, face.to_square, static_cast<int>(size_px)).convertTo(out, CV_32FC3);
  out += scaled(face_change(face, edit_difference(model.autoencoder, codes, moves)[0]), size_px);
  out.convertTo(out, CV_8UC3);
  return out;
}

int64_t display_px(const FaceModel& model, const PhotoFace& face) {
  const int64_t size = model.autoencoder.shape().size_px;
  return std::clamp(std::llround(1 / scale_of(face.to_square)), static_cast<long long>(size),
                    static_cast<long long>(std::max(size, kMostDisplayPx)));
}

nlohmann::json measure_eyes(const at::Tensor& pixels) {
  std::vector<cv::Mat> squares;
  for (int64_t i = 0; i < std::min(kMeasuredFaces, pixels.size(0)); ++i)
    squares.push_back(to_picture(pixels[i].permute({2, 0, 1}).to(at::kFloat) / 255));
  const auto geometry = measure_geometry(squares, FaceFinder());
  return geometry ? to_json(*geometry) : nlohmann::json();
}

}  // namespace pawprint
