// What the numbers of a photo's pixels mean: its ICC profile.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>

namespace pawprint {

// The same colors in sRGB (IEC 61966-2-1), with the perceptual intent and black-point compensation.
//   rgb [H,W,3] 8-bit; profile: ICC.1 of RGB or of gray. An empty, damaged or other one (of inks, say) changes nothing.
cv::Mat to_srgb(const cv::Mat& rgb, const std::string& profile);

// Whether reading such a photo's numbers as sRGB shows visibly other colors: somewhere by 8 of 255
// levels or more.
bool differs_from_srgb(const std::string& profile);

}  // namespace pawprint
