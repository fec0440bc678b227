#pragma once

#include <ATen/core/Tensor.h>

#include <opencv2/core/mat.hpp>
#include <vector>

namespace pawprint {

// A picture of rows of small pictures, [rows][columns] of [3,S,S] float32 RGB 0..1, with a narrow gap between them.
//   row_gap: a wider gap above rows whose number is a multiple of it; 0: none
cv::Mat contact_sheet(const std::vector<std::vector<at::Tensor>>& rows, int64_t row_gap = 0);

// [3,S,S] float32 RGB 0..1 -> [S,S,3] 8-bit RGB, rounded; and back
cv::Mat to_picture(const at::Tensor& face);
at::Tensor to_tensor(const cv::Mat& rgb);

}  // namespace pawprint
