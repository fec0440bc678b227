#include <algorithm>
#include <opencv2/imgcodecs.hpp>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

uint32_t number(std::string_view bytes, size_t at, size_t count) {
  if (at > bytes.size() || count > bytes.size() - at) throw Unreadable("damaged header");
  uint32_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

ImageSize webp_size(std::string_view bytes) {
  const auto chunk = bytes.substr(12, 4);
  if (chunk == "VP8X" && (number(bytes, 20, 1) & 2) != 0)
    throw Unreadable("an animated WebP is not read; convert it to PNG");
  if (chunk == "VP8X") return {number(bytes, 24, 3) + 1, number(bytes, 27, 3) + 1};
  if (chunk == "VP8 ") return {number(bytes, 26, 2) & 0x3fff, number(bytes, 28, 2) & 0x3fff};
  if (chunk != "VP8L") throw Unreadable("damaged header");
  const uint32_t bits = number(bytes, 21, 4);
  return {(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
}

}  // namespace

cv::Mat decode_webp(std::string_view bytes, const DecodeOptions& options) {
  check_size(webp_size(bytes), options.limits, "a WebP");
  constexpr size_t kLeastBytes = 32;  // of which OpenCV would print
  if (bytes.size() < kLeastBytes) throw Unreadable("damaged WebP, or cut short");
  cv::Mat image;
  try {
    const cv::Mat file(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    image = cv::imdecode(file, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& error) {
    throw Unreadable("damaged WebP: " + error.err);
  }
  if (image.empty()) throw Unreadable("damaged WebP, or cut short");
  cv::Mat rgb(image.size(), CV_8UC3);
  const int channels = image.channels();  // blue, green, red, and alpha where there is one
  for (int y = 0; y < image.rows; ++y) {
    const uint8_t* from = image.ptr(y);
    uint8_t* to = rgb.ptr(y);
    for (int x = 0; x < image.cols; ++x, from += channels, to += 3) {
      for (int c = 0; c < 3; ++c) to[c] = on_white(from[2 - c], channels == 4 ? from[3] : 255);
    }
  }
  return rgb;
}

}  // namespace pawprint
