#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace pawprint {

// A picture of rows of small pictures, [rows][columns] of [3,S,S] float32 RGB 0..1, with a narrow gap between them.
//   row_gap: a wider gap above rows whose number is a multiple of it; 0: none
cv::Mat contact_sheet(const std::vector<std::vector<at::Tensor>>& rows, int64_t row_gap = 0);

// [3,S,S] float32 RGB 0..1 -> [S,S,3] 8-bit RGB, rounded; and back
cv::Mat to_picture(const at::Tensor& face);
at::Tensor to_tensor(const cv::Mat& rgb);

// As PNG, JPEG (quality 95), WebP, BMP or TIFF by the file's extension, whole or not at all.   rgb [H,W,3] 8-bit
// Throws Error.
void write_picture(const cv::Mat& rgb, const std::filesystem::path& path);
std::string encode_picture(const cv::Mat& rgb, const std::string& extension);

}  // namespace pawprint
