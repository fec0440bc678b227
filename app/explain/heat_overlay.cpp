#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "app/explain/heat_map.h"

namespace pawprint {

namespace {

constexpr double kLeastFullEvidence = 1;
constexpr double kUnseenBrightness = 0.35;

// Blue and orange differ for those who see no red or green, and in brightness from each other.
const cv::Vec3d kFor(255, 150, 0), kAgainst(30, 110, 235);

// How much of the colour covers the photo: weak evidence leaves it nearly grey, strong evidence leaves its outlines.
double opacity(double evidence) { return 0.8 * std::pow(std::min(std::abs(evidence), 1.0), 0.8); }

cv::Vec3b over_grey(double grey, double evidence) {
  const double a = opacity(evidence);
  // Full colour follows the photo's light and dark a little, so that what is under it can still be made out.
  const cv::Vec3d colour = (evidence > 0 ? kFor : kAgainst) * (0.72 + 0.28 * grey / 255);
  const cv::Vec3d mixed = cv::Vec3d::all(grey) * (1 - a) + colour * a;
  return {cv::saturate_cast<uchar>(mixed[0]), cv::saturate_cast<uchar>(mixed[1]), cv::saturate_cast<uchar>(mixed[2])};
}

cv::Rect seen_part(const cv::Size& photo, double seen) {
  const int side =
      std::clamp(cvRound(seen * std::min(photo.width, photo.height)), 1, std::min(photo.width, photo.height));
  return {(photo.width - side) / 2, (photo.height - side) / 2, side, side};
}

}  // namespace

double full_evidence(const HeatMap& map) {
  double least = 0, most = 0;
  cv::minMaxLoc(map.evidence, &least, &most);
  return std::max({kLeastFullEvidence, most, -least});
}

cv::Vec3b heat_colour(double evidence) { return over_grey(150, evidence); }

cv::Mat heat_overlay(const cv::Mat& rgb, const HeatMap& map, double full) {
  if (full <= 0) full = full_evidence(map);
  const cv::Rect seen = seen_part(rgb.size(), map.seen);
  cv::Mat grey, evidence, out(rgb.size(), CV_8UC3);
  cv::cvtColor(rgb, grey, cv::COLOR_RGB2GRAY);
  cv::resize(map.evidence, evidence, seen.size(), 0, 0,
             cv::INTER_CUBIC);  // centre of a cell on the centre of its place
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const auto light = static_cast<double>(grey.at<uchar>(y, x));
      auto& pixel = out.at<cv::Vec3b>(y, x);
      if (seen.contains({x, y})) {
        pixel = over_grey(30 + light * 0.8, evidence.at<float>(y - seen.y, x - seen.x) / full);
      } else {
        pixel = cv::Vec3b::all(cv::saturate_cast<uchar>(light * kUnseenBrightness));
      }
    }
  }
  return out;
}

}  // namespace pawprint
