#pragma once

#include <opencv2/core/mat.hpp>

#include "models/base/preprocess_spec.h"

namespace pawprint {

// What of a photo of some size a network is given.
struct FittedView {
  cv::Rect part;     // of the photo, in its pixels: this is resized
  cv::Size resized;  // to this size
  cv::Rect window;   // of which this is kept, in resized pixels
  cv::Size input;    // the network's
  cv::Point corner;  // where in it the window lies; around it is the color of the photo's border
};
FittedView fitted_view(const cv::Size& photo, const PreprocessSpec& spec);

// Where the network's input lies in the photo, in the photo's pixels: beyond its edges where the photo is padded.
cv::Rect2d seen_area(const cv::Size& photo, const PreprocessSpec& spec);

// What the network sees of a photo, as 8-bit RGB, pixel for pixel as Pillow resizes with its antialiased bilinear
// filter (two passes of 8-bit samples, horizontal first, 22-bit weights), only for the pixels that are kept.
//   rgb [H,W,3] 8-bit, any size -> [h,w,3] 8-bit, of the size fitted_view().input
cv::Mat fit_photo(const cv::Mat& rgb, const PreprocessSpec& spec);

enum class PixelType { kFloat32, kBFloat16 };

// The same, (value / 255 - mean) / std, written row by row to where the network reads it: equal to torchvision's
// to about 1e-7 in float32; bfloat16 is that, rounded to nearest.
//   views: 1, the photo; 2, the photo and its mirror image
//   out: [views,h,w,3] of the type (channels-last images)
void preprocess(const cv::Mat& rgb, const PreprocessSpec& spec, int64_t views, PixelType type, void* out);

// The second half of it, for what fit_photo() has made.
void normalize(const cv::Mat& fitted, const PreprocessSpec& spec, int64_t views, PixelType type, void* out);

}  // namespace pawprint
