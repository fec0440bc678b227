#pragma once

#include <opencv2/core/mat.hpp>

#include "app/faces/geometry.h"

namespace pawprint {

// The square of a photo that `align_transform` maps to side 1, at size_px a side. Antialiased (each pixel is the mean
// of the photo under it) where the face is larger than that; outside the photo its edge is continued.
//   photo [H,W,1 or 3] 8-bit -> [size_px,size_px,same] 8-bit. Throws Error if photo is empty or size_px < 1.
cv::Mat align(const cv::Mat& photo, const Similarity& align_transform, int size_px);

// 1 in the middle, 0 at the border, smooth between: a rounded square.
//   fade: share of the side over which it fades, 0 < fade <= 0.5 -> [size_px,size_px] float32
cv::Mat soft_mask(int size_px, double fade = 0.25);

// rgb += difference, warped back to where the square came from. Pixels where that rounds to nothing, and all outside
// the square, stay bit for bit what they were.
//   rgb [H,W,3] 8-bit, changed in place; difference [S,S,3] float32, in steps of 8 bits (-255..255), about 0 at the
//   border
// Throws Error if the shapes or types differ from that.
void add_back(cv::Mat& rgb, const cv::Mat& difference, const Similarity& align_transform);

// rgb = (1 - mask) rgb + mask square, warped back in the same way.
//   square [S,S,3] float32 0..255 or 8-bit; mask [S,S] float32 0..1, 0 at the border
void paste_back(cv::Mat& rgb, const cv::Mat& square, const cv::Mat& mask, const Similarity& align_transform);

}  // namespace pawprint
