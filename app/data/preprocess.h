#pragma once

#include <opencv2/core/mat.hpp>

#include "models/preprocess_spec.h"

namespace pawprint {

// Resizes the short side to spec.resize_px and cuts the centre square of spec.crop_px, pixel for pixel as torchvision
// does with Pillow's antialiased bilinear filter: two passes of 8-bit samples, horizontal first, 22-bit weights, only
// for the pixels of the crop.
//   rgb [H,W,3] 8-bit, any size -> [crop_px,crop_px,3] 8-bit
cv::Mat resize_and_crop(const cv::Mat& rgb, const PreprocessSpec& spec);

// (value / 255 - mean) / std, in float32 as torchvision computes it.
//   crop [S,S,3] 8-bit -> out: S*S*3 floats in the order row, column, channel (a channels-last image)
//   mirror: left and right exchanged
void normalise(const cv::Mat& crop, const PreprocessSpec& spec, bool mirror, float* out);

}  // namespace pawprint
