#include "app/faces/geometry.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "models/base/error.h"

namespace pawprint {

nlohmann::json to_json(const FaceGeometry& geometry) {
  return {{"left_eye", {geometry.left_eye_x, geometry.left_eye_y}},
          {"right_eye", {geometry.right_eye_x, geometry.right_eye_y}}};
}

FaceGeometry geometry_from_json(const nlohmann::json& json, const std::string& subject) {
  const auto point = [&](const char* name) {
    if (!json.is_object() || !json.contains(name)) throw Error(subject + ": expected " + name + ", got " + json.dump());
    const auto& at = json.at(name);
    const bool numbers = at.is_array() && at.size() == 2 && at[0].is_number() && at[1].is_number();
    if (!numbers || !(at[0] > 0 && at[0] < 1 && at[1] > 0 && at[1] < 1))
      throw Error(subject + ": expected " + name + " as [x, y] between 0 and 1, got " + at.dump());
    return cv::Point2d(at[0].get<double>(), at[1].get<double>());
  };
  const auto left = point("left_eye"), right = point("right_eye");
  if (right.x - left.x < 0.1)
    throw Error(subject + ": expected the left eye left of the right one, got " + json.dump());
  return {left.x, left.y, right.x, right.y};
}

Similarity similarity(cv::Point2d from_left, cv::Point2d from_right, cv::Point2d to_left, cv::Point2d to_right) {
  // As complex numbers: to = z from + shift.
  const cv::Point2d from = from_right - from_left, to = to_right - to_left;
  const double square = from.dot(from);
  if (!(square > 0)) throw Error("the eyes of a face: expected two points, got one; give points that differ");
  const double a = from.dot(to) / square, b = from.cross(to) / square;
  return {a, -b, to_left.x - a * from_left.x + b * from_left.y, b, a, to_left.y - b * from_left.x - a * from_left.y};
}

cv::Point2d apply(const Similarity& s, cv::Point2d p) {
  return {s(0, 0) * p.x + s(0, 1) * p.y + s(0, 2), s(1, 0) * p.x + s(1, 1) * p.y + s(1, 2)};
}

double scale_of(const Similarity& s) { return std::hypot(s(0, 0), s(1, 0)); }

double angle_of(const Similarity& s) { return std::atan2(s(1, 0), s(0, 0)) * 180 / CV_PI; }

Similarity inverse(const Similarity& s) {
  const double square = s(0, 0) * s(0, 0) + s(1, 0) * s(1, 0);
  if (!(square > 0)) throw Error("a similarity: expected a scale above 0, got 0");
  const double a = s(0, 0) / square, b = -s(1, 0) / square;
  return {a, -b, -a * s(0, 2) + b * s(1, 2), b, a, -b * s(0, 2) - a * s(1, 2)};
}

Similarity align_transform(cv::Point2d left_eye, cv::Point2d right_eye, const FaceGeometry& geometry) {
  return similarity(left_eye, right_eye, geometry.left_eye(), geometry.right_eye());
}

}  // namespace pawprint
