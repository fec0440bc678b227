// What the numbers of a photo's pixels mean: its ICC profile.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

namespace pawprint {

// The same colors in sRGB (IEC 61966-2-1), by the profile's own intent's tables, black to black.
//   rgb [H,W,3] 8-bit; profile: ICC.1 of RGB or of gray. An empty, damaged or other one (of inks, say) changes nothing.
cv::Mat to_srgb(const cv::Mat& rgb, const std::string& profile);

// Whether reading such a photo's numbers as sRGB shows visibly other colors: somewhere by kVisible levels or more.
bool differs_from_srgb(const std::string& profile);
constexpr int kVisible = 8;  // of 255

}  // namespace pawprint
