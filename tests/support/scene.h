#pragma once

#include <opencv2/imgproc.hpp>

namespace pawprint::testing {

// Smooth light and dark places, other ones for another seed.   gray [360,480] 8-bit
inline cv::Mat scene(uint64_t seed) {
  cv::RNG random(seed);
  cv::Mat noise(12, 16, CV_8U), gray;
  random.fill(noise, cv::RNG::UNIFORM, 0, 256);
  cv::resize(noise, gray, {480, 360}, 0, 0, cv::INTER_CUBIC);
  return gray;
}

// The photo without `share` of its sides at each edge.
inline cv::Mat cut(const cv::Mat& photo, double share) {
  const int x = cvRound(photo.cols * share), y = cvRound(photo.rows * share);
  return photo(cv::Rect(x, y, photo.cols - 2 * x, photo.rows - 2 * y));
}

}  // namespace pawprint::testing
