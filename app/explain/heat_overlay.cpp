#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "app/data/preprocess.h"
#include "app/explain/heat_map.h"

namespace pawprint {

namespace {

constexpr double kMinFullSaliency = 1;
constexpr double kUnseenBrightness = 0.35;

// Blue and orange differ for those who see no red or green, and in brightness from each other.
const cv::Vec3d kFor(255, 150, 0), kAgainst(30, 110, 235);

// How much of the color covers the photo: weak saliency leaves it nearly gray, strong saliency leaves its outlines.
double opacity(double saliency) { return 0.8 * std::pow(std::min(std::abs(saliency), 1.0), 0.8); }

cv::Vec3b over_gray(double gray, double saliency) {
  const double a = opacity(saliency);
  // Full color follows the photo's light and dark a little, so that what is under it can still be made out.
  const cv::Vec3d color = (saliency > 0 ? kFor : kAgainst) * (0.72 + 0.28 * gray / 255);
  const cv::Vec3d mixed = cv::Vec3d::all(gray) * (1 - a) + color * a;
  return {cv::saturate_cast<uchar>(mixed[0]), cv::saturate_cast<uchar>(mixed[1]), cv::saturate_cast<uchar>(mixed[2])};
}

// It may reach beyond the photo, where that was padded.
cv::Rect in_pixels(const cv::Rect2d& area) {
  return {cvRound(area.x), cvRound(area.y), std::max(1, cvRound(area.width)), std::max(1, cvRound(area.height))};
}

}  // namespace

double full_saliency(const HeatMap& map) {
  double min = 0, max = 0;
  cv::minMaxLoc(map.saliency, &min, &max);
  return std::max({kMinFullSaliency, max, -min});
}

cv::Vec3b heat_color(double saliency) { return over_gray(150, saliency); }

cv::Mat heat_overlay(const cv::Mat& rgb, const HeatMap& map, double full) {
  if (full <= 0) full = full_saliency(map);
  const cv::Rect seen = in_pixels(seen_area(rgb.size(), map.preprocess));
  cv::Mat gray, saliency, out(rgb.size(), CV_8UC3);
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  cv::resize(map.saliency, saliency, seen.size(), 0, 0,
             cv::INTER_CUBIC);  // center of a cell on the center of its place
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x) {
      const auto light = static_cast<double>(gray.at<uchar>(y, x));
      auto& pixel = out.at<cv::Vec3b>(y, x);
      if (seen.contains({x, y})) {
        pixel = over_gray(30 + light * 0.8, saliency.at<float>(y - seen.y, x - seen.x) / full);
      } else {
        pixel = cv::Vec3b::all(cv::saturate_cast<uchar>(light * kUnseenBrightness));
      }
    }
  }
  return out;
}

}  // namespace pawprint
