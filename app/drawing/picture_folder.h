#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>

namespace pawprint::drawing {

// Throws Error unless `count` is positive and `out` is an empty folder or not there. Makes nothing.
void check_drawing(const std::filesystem::path& out, int64_t count);

// A JPEG file of an 8-bit BGR picture. Throws Error.
void write_jpeg(const std::filesystem::path& path, const cv::Mat& picture, int quality);

}  // namespace pawprint::drawing
