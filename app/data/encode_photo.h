#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

namespace pawprint {

// A changed photo as a file like the one it was: its format, color profile and EXIF data (orientation 1, the thumbnail
// blotted out), one channel where it had one. Pixels that did not change are what they were: PNG and TIFF keep also
// 16 bits, PNG and WebP transparency, lossless WebP is lossless again; in an upright JPEG the blocks that hold no
// changed pixel are copied, not coded anew. What was turned, transparent TIFF, indexed colors and CMYK are written as
// 8-bit RGB, a turned JPEG and lossy WebP with quality 95. Other formats than JPEG, PNG, WebP, BMP and TIFF become PNG.
//   source: the file that `before` was decoded from (decode.h); before, after [H,W,3] 8-bit RGB
// Throws Error.
std::string encode_photo_like(std::string_view source, const cv::Mat& before, const cv::Mat& after);

// False for a photo of another format than those five.
bool is_written_as_it_was(std::string_view source);

// The extension of such a file: `.jpg`, `.png`, `.webp`, `.bmp`, `.tif`.
std::string extension_like(std::string_view source);

// The JPEG part of it.
std::string encode_jpeg_like(std::string_view source, const cv::Mat& before, const cv::Mat& after);

// All pixels have three equal channels.   rgb [H,W,3] 8-bit
bool is_gray(const cv::Mat& rgb);

}  // namespace pawprint
