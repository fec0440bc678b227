#pragma once

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "app/drawing/faces.h"

namespace pawprint::testing {

// How much pinker than its surroundings each pixel near the mouth is, float32, 0 for most and at most 1. Lips and gums
// have more red and blue than green; skin, hair and beards of all colors are orange, teeth are gray. Red and blue
// count the same.
inline cv::Mat lips_seen(const cv::Mat& near_mouth) {
  std::vector<cv::Mat> channels;
  cv::split(near_mouth, channels);
  const cv::Mat pink = 0.5 * (channels[0] + channels[2]) - channels[1];
  cv::Mat oval = cv::Mat::zeros(pink.size(), CV_8U);  // what lies behind the head may be pink, too
  const cv::Point middle(pink.cols / 2, pink.rows / 2);
  cv::ellipse(oval, middle, middle, 0, 0, 360, 1, cv::FILLED);
  std::vector<float> sorted;
  for (int i = 0; i < static_cast<int>(pink.total()); ++i) {
    if (oval.data[i] != 0) sorted.push_back(reinterpret_cast<const float*>(pink.data)[i]);
  }
  std::sort(sorted.begin(), sorted.end());
  const float usual = sorted[sorted.size() / 2], max = sorted[sorted.size() * 19 / 20];
  cv::Mat lips = (pink - (usual + 0.3f * (max - usual))) / std::max(0.7f * (max - usual), 1e-6f);
  lips = cv::min(cv::max(lips, 0), 1);
  lips.setTo(0, oval == 0);
  return lips;
}

// The height of the mouth's corners above its middle as seen in the pixels, in fractions of the side: positive for a
// smile, 0.02 to 0.05 for broad ones; 0 where no lips are seen. It is the center of what is pink near the known place
// of the mouth, in its outer parts and in its middle; blur widens both upwards as much as downwards, so it changes
// little.
//   face [S,S,3] uint8 or float32 (any range), RGB or BGR, S >= 32, aligned as in app/drawing/faces.h
inline double seen_mouth_curvature(const cv::Mat& face) {
  constexpr int kSidePx = 128;
  constexpr double kMiddle = 0.4, kOuter = 0.55;  // in half widths of the mouth
  cv::Mat picture;
  cv::resize(face, picture, {kSidePx, kSidePx}, 0, 0, face.cols > kSidePx ? cv::INTER_AREA : cv::INTER_LINEAR);
  picture.convertTo(picture, CV_32FC3);
  const cv::Rect2f near(kFaceMouthX - 0.15f, kFaceMouthY - 0.075f, 0.3f, 0.175f);
  const cv::Rect window(cv::Point2f(near.tl() * kSidePx), cv::Size2f(near.size() * static_cast<float>(kSidePx)));
  const cv::Mat lips = lips_seen(picture(window).clone());
  double middle = 0, middle_y = 0, outer = 0, outer_y = 0;
  for (int column = 0; column < lips.cols; ++column) {
    const double x = std::abs(((window.x + column + 0.5) / kSidePx - kFaceMouthX) / kFaceMouthHalfWidth);
    for (int row = 0; row < lips.rows; ++row) {
      const double pink = lips.at<float>(row, column), y = (window.y + row + 0.5) / kSidePx;
      if (x < kMiddle) middle += pink, middle_y += pink * y;
      if (x > kOuter) outer += pink, outer_y += pink * y;
    }
  }
  return middle > 0 && outer > 0 ? middle_y / middle - outer_y / outer : 0;
}

}  // namespace pawprint::testing
