#include "app/faces/find_eyes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace pawprint {

namespace {

// Of the frontal face cascades' window, as shares of its side; the means of 1,000 aligned faces.
constexpr double kEyeDistance = 0.345;
constexpr double kEyesAboveCenter = 0.113;

constexpr int kPatchPx = 140;
constexpr int kBandTop = 28, kBandBottom = 84;       // rows of the patch in which eyes are looked for
constexpr WindowSizes kEyeSizes = {26, 54, 1.08};    // in the patch
constexpr double kFirstReach = 0.08, kReach = 0.05;  // of the face's side: how far from where they should be
constexpr double kFirstPrior = 3, kPrior = 6;        // votes for where they should be

cv::Point2d direction(double degrees) { return {std::cos(degrees * CV_PI / 180), std::sin(degrees * CV_PI / 180)}; }

double angle_between(cv::Point2d from, cv::Point2d to) {
  return std::atan2(from.cross(to), from.dot(to)) * 180 / CV_PI;
}

Eyes eyes_by_proportion(const Window& face) {
  const cv::Point2d x = direction(face.angle), y(-x.y, x.x);
  const cv::Point2d middle = face.center - kEyesAboveCenter * face.side * y;
  const cv::Point2d half = 0.5 * kEyeDistance * face.side * x;
  return {middle - half, middle + half, 0};
}

// The window of a face with these eyes; half of its size and angle are those of the window they were found in. On
// faces with known eyes the window knows size and angle better, the eyes the place; half and half is better than both.
Window face_from_eyes(const Eyes& eyes, const Window& face) {
  const cv::Point2d between = eyes.right - eyes.left;
  Window out;
  out.side = 0.5 * (cv::norm(between) / kEyeDistance + face.side);
  out.angle = face.angle + 0.5 * angle_between(direction(face.angle), between);
  const cv::Point2d x = direction(out.angle), down(-x.y, x.x);
  out.center = 0.5 * (eyes.left + eyes.right) + kEyesAboveCenter * out.side * down;
  return out;
}

bool plausible(const Eyes& eyes, const Window& face) {
  const cv::Point2d between = eyes.right - eyes.left;
  const double share = cv::norm(between) / (kEyeDistance * face.side);
  return share > 0.7 && share < 1.3 && std::abs(angle_between(direction(face.angle), between)) < 15;
}

// For each eye the mean of the windows near where it should be, weighted by how near, and of that place itself.
Eyes look(cv::CascadeClassifier& cascade, const cv::Mat& gray, const Window& face, double reach, double prior) {
  UprightPatch band = cut_upright(gray, face, 1, kPatchPx);
  const cv::Point2d corner = apply(band.to_photo, {0, double(kBandTop)});
  band.gray = band.gray.rowRange(kBandTop, kBandBottom);
  band.to_photo(0, 2) = corner.x;
  band.to_photo(1, 2) = corner.y;

  const Eyes expected = eyes_by_proportion(face);
  const std::array should = {expected.left, expected.right};
  std::array<cv::Point2d, 2> sums = {prior * expected.left, prior * expected.right};
  std::array<double, 2> votes = {0, 0};
  for (const auto& window : search(cascade, band.gray, band.to_photo, kEyeSizes)) {
    for (size_t side = 0; side < 2; ++side) {
      const double off = cv::norm(window.center - should[side]) / (reach * face.side);
      if (off > 2) continue;
      const double weight = std::exp(-0.5 * off * off);
      sums[side] += weight * window.center;
      votes[side] += weight;
    }
  }
  const Eyes found{sums[0] * (1 / (votes[0] + prior)), sums[1] * (1 / (votes[1] + prior)),
                   std::min(votes[0], votes[1])};
  return plausible(found, face) ? found : expected;
}

}  // namespace

Eyes find_eyes(EyeCascades& cascades, const cv::Mat& gray, const Window& face) {
  const Eyes first = look(cascades.eye_with_glasses, gray, face, kFirstReach, kFirstPrior);
  const Window turned = face_from_eyes(first, face);
  const Eyes second = look(cascades.eye_with_glasses, gray, turned, kReach, kPrior);
  Eyes eyes = eyes_by_proportion(face_from_eyes(second, turned));
  eyes.votes = std::max({first.votes, second.votes, look(cascades.eye, gray, turned, kReach, kPrior).votes});
  return eyes;
}

}  // namespace pawprint
