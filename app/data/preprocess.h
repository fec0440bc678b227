#pragma once

#include <opencv2/core/mat.hpp>

#include "models/base/preprocess_spec.h"

namespace pawprint {

// What the network sees of a photo, as 8-bit RGB: the short side resized to spec.resize_px and the center square of
// spec.crop_px cut out, pixel for pixel as torchvision does with Pillow's antialiased bilinear filter (two passes of
// 8-bit samples, horizontal first, 22-bit weights), only for the pixels of the crop.
//   rgb [H,W,3] 8-bit, any size -> [crop_px,crop_px,3] 8-bit
cv::Mat resize_and_crop(const cv::Mat& rgb, const PreprocessSpec& spec);

enum class PixelType { kFloat32, kBFloat16 };

// The same crop, (value / 255 - mean) / std, written row by row to where the network reads it: equal to torchvision's
// to about 1e-7 in float32; bfloat16 is that, rounded to nearest.
//   views: 1, the photo; 2, the photo and its mirror image
//   out: [views,S,S,3] of the type, S = crop_px (channels-last images)
void preprocess(const cv::Mat& rgb, const PreprocessSpec& spec, int64_t views, PixelType type, void* out);

}  // namespace pawprint
