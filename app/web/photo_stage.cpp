#include "app/web/photo_stage.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "app/faces/align.h"

namespace pawprint {

namespace {

constexpr double kMaxSidePx = 1600, kMaxFacePx = 512;

// The similarity of a photo, for one whose pixels are `scale` times as many and begin at `origin`.
Similarity placed(Similarity to_square, double scale, cv::Point origin) {
  for (int row = 0; row < 2; ++row) {
    to_square(row, 0) /= scale;
    to_square(row, 1) /= scale;
    to_square(row, 2) += to_square(row, 0) * origin.x + to_square(row, 1) * origin.y;
  }
  return to_square;
}

double stage_scale(const cv::Mat& photo, const std::vector<EditableFace>& faces) {
  double scale = std::min(1., kMaxSidePx / std::max(photo.cols, photo.rows));
  for (const auto& face : faces) scale = std::min(scale, kMaxFacePx * scale_of(face.cut.to_square));
  return scale;
}

cv::Rect area_of(const Similarity& to_square, cv::Size size) {
  std::vector<cv::Point2f> corners;
  for (const cv::Point2d corner : {cv::Point2d(0, 0), {1, 0}, {0, 1}, {1, 1}})
    corners.emplace_back(apply(inverse(to_square), corner));
  const cv::Rect around = cv::boundingRect(corners);
  return (around + cv::Size(1, 1)) & cv::Rect(cv::Point(), size);
}

}  // namespace

PhotoStage::PhotoStage(const cv::Mat& photo, const std::vector<EditableFace>& faces) {
  const double scale = stage_scale(photo, faces);
  const cv::Size size(std::max(1, cvRound(scale * photo.cols)), std::max(1, cvRound(scale * photo.rows)));
  if (size == photo.size()) {
    rgb_ = photo;
  } else {
    cv::resize(photo, rgb_, size, 0, 0, cv::INTER_AREA);
  }
  for (const auto& face : faces) {
    const Similarity to_square = placed(face.cut.to_square, scale, {});
    faces_.push_back({to_square, area_of(to_square, size), {}, {}});
  }
}

cv::Mat PhotoStage::edited_area(const FaceModel& model, const std::vector<EditableFace>& faces,
                                const std::vector<Strengths>& edits, size_t shown) {
  const cv::Rect area = faces_[shown].area;
  cv::Mat out = rgb_(area).clone();
  for (size_t i = 0; i < faces_.size(); ++i) {
    Face& one = faces_[i];
    if ((one.area & area).empty() || edits[i].empty()) continue;
    if (one.change.empty() || one.strengths != edits[i]) {
      one.change = photo_change(model, faces[i], named_moves(model, edits[i]));
      one.strengths = edits[i];
    }
    add_back(out, one.change, placed(one.to_square, 1, area.tl()));
  }
  return out;
}

}  // namespace pawprint
