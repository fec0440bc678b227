#pragma once

#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>

namespace pawprint {

// As PNG, JPEG (quality 95), WebP, BMP or TIFF by the file's extension, whole or not at all.   rgb [H,W,3] 8-bit
// Throws Error.
void write_picture(const cv::Mat& rgb, const std::filesystem::path& path);
std::string encode_picture(const cv::Mat& rgb, const std::string& extension, int quality = 95);

// The picture itself, or reduced so that its longer side has side_px pixels.
cv::Mat at_most(const cv::Mat& rgb, int side_px);

// The picture as the value of <img src="...">: JPEG, its longer side at most `side_px`.   rgb [H,W,3] 8-bit
std::string picture_uri(const cv::Mat& rgb, int side_px, int quality = 80);

}  // namespace pawprint
