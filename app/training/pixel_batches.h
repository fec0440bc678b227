#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "models/backbone.h"

namespace pawprint {

// Fills PixelBatches photo by photo, as a backbone takes them: with its preprocessing, in its configuration's type.
class PixelWriter {
 public:
  // photos: at most so many are added; views: of each, 1 or 2 (preprocess.h)
  PixelWriter(const Backbone& backbone, int64_t photos, int64_t views);
  void add(const cv::Mat& rgb);            // [H,W,3] 8-bit
  void add_fitted(const cv::Mat& fitted);  // from fit_photo()
  PixelBatches finish();

 private:
  void* room(const cv::Size& input);

  PreprocessSpec spec_;
  bool bfloat16_;
  int64_t views_, photos_ = 0;
  PixelBatches pixels_;
};

// One view of each.   fitted: from fit_photo()
PixelBatches fitted_pixels(const Backbone& backbone, const std::vector<cv::Mat>& fitted);

}  // namespace pawprint
