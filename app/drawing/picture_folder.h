#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core/mat.hpp>

#include "app/data/progress.h"

namespace pawprint::drawing {

// Throws Error unless `count` is positive and `out` is an empty folder or not there. Makes nothing.
void check_drawing(const std::filesystem::path& out, int64_t count);

// draw(0) .. draw(count - 1) in several threads. The first exception ends the work and is thrown here; progress is told
// of one picture at a time.
void draw_each(int64_t count, int64_t threads, const std::function<void(int64_t)>& draw, const Progress& progress);

// A JPEG file of an 8-bit BGR picture. Throws Error.
void write_picture(const std::filesystem::path& path, const cv::Mat& picture, int quality);

}  // namespace pawprint::drawing
