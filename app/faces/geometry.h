#pragma once

#include <nlohmann/json_fwd.hpp>
#include <opencv2/core/matx.hpp>
#include <opencv2/core/types.hpp>
#include <string>

namespace pawprint {

// Points in pictures are continuous: (0,0) is the corner of the first pixel, (0.5,0.5) its center. Left and right are
// the viewer's. Angles are in degrees, clockwise as seen.

// Where the eyes lie in the square an autoencoder of faces was trained on, as fractions of its side.
struct FaceGeometry {
  double left_eye_x = 0.36;
  double left_eye_y = 0.44;
  double right_eye_x = 0.66;
  double right_eye_y = 0.44;

  cv::Point2d left_eye() const { return {left_eye_x, left_eye_y}; }
  cv::Point2d right_eye() const { return {right_eye_x, right_eye_y}; }
  bool operator==(const FaceGeometry&) const = default;
};

nlohmann::json to_json(const FaceGeometry& geometry);

// Throws Error, with `subject` in front, if a value is missing, no number, outside 0..1, or the eyes are not beside
// each other, left before right, at least a tenth of the side apart.
FaceGeometry geometry_from_json(const nlohmann::json& json, const std::string& subject);

// A turn, one scale for both axes and a shift: p -> (a p.x - b p.y + x, b p.x + a p.y + y) as the matrix
// [a -b x; b a y].
using Similarity = cv::Matx23d;

// The similarity that takes from_left to to_left and from_right to to_right. Throws Error if from_left is from_right.
Similarity similarity(cv::Point2d from_left, cv::Point2d from_right, cv::Point2d to_left, cv::Point2d to_right);

cv::Point2d apply(const Similarity& similarity, cv::Point2d point);

double scale_of(const Similarity& similarity);  // > 0
double angle_of(const Similarity& similarity);  // degrees, -180..180

// The way back. Throws Error if the scale is 0.
Similarity inverse(const Similarity& similarity);

// From a photo's pixels to the autoencoder's square of side 1: the eyes come to lie where `geometry` has them.
// Throws Error if the eyes are one point.
Similarity align_transform(cv::Point2d left_eye, cv::Point2d right_eye, const FaceGeometry& geometry);

}  // namespace pawprint
