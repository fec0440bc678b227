// What the decoders of the single formats share. For app/data/decode*.cpp alone.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/image_file.h"

namespace pawprint {

// Each throws Unreadable, takes a whole file of its format, and gives RGB as stored, before EXIF's orientation;
// what HEIC, AVIF, JPEG XL and raw photos say of it in their own ways is applied.
cv::Mat decode_bmp(std::string_view bytes, const DecodeOptions& options);
cv::Mat decode_gif(std::string_view bytes, const DecodeOptions& options);
cv::Mat decode_heif(std::string_view bytes, const DecodeOptions& options);  // HEIC and AVIF
cv::Mat decode_jxl(std::string_view bytes, const DecodeOptions& options);
cv::Mat decode_png(std::string_view bytes, const DecodeOptions& options);
cv::Mat decode_raw(std::string_view bytes, const DecodeOptions& options);
cv::Mat decode_tiff(std::string_view bytes, const DecodeOptions& options);
cv::Mat decode_webp(std::string_view bytes, const DecodeOptions& options);

// The EXIF structure that a HEIC or AVIF file holds; empty if none, or if it is damaged.
std::string heif_exif(std::string_view bytes);

// The ICC profile of such a file's primary picture, and that of what a JPEG XL is decoded to; empty if there is none.
std::string heif_profile(std::string_view bytes);
std::string jxl_profile(std::string_view bytes);

// EXIF 2.3, 4.6.4 A: turns a picture so that its first row and column lie where they are seen.   orientation: 1..8
cv::Mat upright(const cv::Mat& image, int orientation);

// A sample of 0..255 with alpha 0..255 on white, rounded.
inline uint8_t on_white(int sample, int alpha) {
  return static_cast<uint8_t>((sample * alpha + 255 * (255 - alpha) + 127) / 255);
}

// The same of a sample that is multiplied by alpha already.
inline uint8_t premultiplied_on_white(int sample, int alpha) {
  const int sum = sample + 255 - alpha;
  return static_cast<uint8_t>(sum < 255 ? sum : 255);
}

// A row of pixels: RGB, or with alpha RGBA, put on white. -> RGB
void put_on_white(const uint8_t* from, uint8_t* rgb, int width, bool alpha, bool premultiplied);

// An ink of 0..255 under black of 0..255 as light: Pillow's cmyk2rgb.
inline uint8_t ink_to_light(int ink, int black) {
  const int light = 255 - black, product = ink * light + 128;  // / 255, rounded
  const int value = light - ((product >> 8) + product) / 256;
  return static_cast<uint8_t>(value > 0 ? value : 0);
}

// By how much a picture is reduced while it is decoded: 1, 2, 4 or 8 (DecodeOptions::reduce_above_px).
int64_t reduction(const ImageSize& size, const DecodeOptions& options);

// Takes a picture row by row from the top and keeps it reduced: each pixel is the mean of a square of `factor` x
// `factor`.
class RowReducer {
 public:
  RowReducer(const ImageSize& size, int64_t factor);
  uint8_t* row();  // width RGB pixels, to be written
  void next();     // that row is complete
  cv::Mat finish() { return picture_; }

 private:
  void flush();

  ImageSize size_;
  int64_t factor_, y_ = 0;
  cv::Mat picture_;
  std::vector<uint8_t> row_;
  std::vector<uint32_t> sums_;
};

}  // namespace pawprint
