#include "app/data/decode_parts.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace pawprint {

namespace {
int64_t divided_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
}  // namespace

cv::Mat upright(const cv::Mat& image, int orientation) {
  cv::Mat out = image;
  if (orientation >= 5) cv::transpose(image, out);
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  if (!flip_x && !flip_y) return out;
  cv::Mat flipped;
  cv::flip(out, flipped, flip_x && flip_y ? -1 : flip_x ? 1 : 0);
  return flipped;
}

void put_on_white(const uint8_t* from, uint8_t* rgb, int width, bool alpha, bool premultiplied) {
  if (!alpha) {
    std::copy_n(from, 3 * size_t(width), rgb);
    return;
  }
  for (int x = 0; x < width; ++x, from += 4, rgb += 3) {
    for (int c = 0; c < 3; ++c)
      rgb[c] = premultiplied ? premultiplied_on_white(from[c], from[3]) : on_white(from[c], from[3]);
  }
}

int64_t reduction(const ImageSize& size, const DecodeOptions& options) {
  int64_t factor = 1;
  if (options.reduce_above_px <= 0) return factor;
  while (factor < 8 && divided_up(size.width_px, factor) * divided_up(size.height_px, factor) > options.reduce_above_px)
    factor *= 2;
  return factor;
}

RowReducer::RowReducer(const ImageSize& size, int64_t factor)
    : size_(size),
      factor_(factor),
      picture_(static_cast<int>(divided_up(size.height_px, factor)),
               static_cast<int>(divided_up(size.width_px, factor)), CV_8UC3) {
  if (factor_ == 1) return;
  row_.resize(static_cast<size_t>(size.width_px) * 3);
  sums_.resize(static_cast<size_t>(picture_.cols) * 3);
}

uint8_t* RowReducer::row() { return factor_ == 1 ? picture_.ptr(static_cast<int>(y_)) : row_.data(); }

void RowReducer::next() {
  ++y_;
  if (factor_ == 1) return;
  for (int64_t x = 0; x < size_.width_px; ++x) {
    for (int64_t c = 0; c < 3; ++c)
      sums_[static_cast<size_t>(x / factor_ * 3 + c)] += row_[static_cast<size_t>(x * 3 + c)];
  }
  if (y_ % factor_ == 0 || y_ == size_.height_px) flush();
}

void RowReducer::flush() {
  const int64_t rows = (y_ - 1) % factor_ + 1;
  auto* out = picture_.ptr(static_cast<int>((y_ - 1) / factor_));
  for (int64_t x = 0; x < picture_.cols; ++x) {
    const auto area =
        static_cast<uint32_t>(rows * std::min(factor_, size_.width_px - x * factor_));  // less at the edges
    for (int64_t c = 0; c < 3; ++c) {
      auto& sum = sums_[static_cast<size_t>(x * 3 + c)];
      out[x * 3 + c] = static_cast<uint8_t>((sum + area / 2) / area);
      sum = 0;
    }
  }
}

}  // namespace pawprint
