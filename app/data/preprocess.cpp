#include "app/data/preprocess.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace pawprint {

namespace {

constexpr int kPrecisionBits = 22;  // Pillow's: 32 - 8 bits of a sample - 2 of headroom

// For each of `count` output samples from `begin` on: the first input sample it reads, how many, and their weights.
struct Taps {
  std::vector<int64_t> first;
  std::vector<int64_t> count;
  std::vector<int32_t> weights;  // `widest` for each output
  int64_t widest = 0;
};

// A triangle as wide as one output sample (in input samples, at least 1 to each side): Pillow's bilinear with
// support 1.
Taps triangle_taps(int64_t in_size, int64_t out_size, int64_t begin, int64_t count) {
  const double scale = static_cast<double>(in_size) / static_cast<double>(out_size);
  const double support = std::max(scale, 1.0);
  Taps taps;
  taps.widest = static_cast<int64_t>(std::ceil(support)) * 2 + 1;
  taps.weights.assign(static_cast<size_t>(taps.widest * count), 0);
  std::vector<double> row(static_cast<size_t>(taps.widest));
  for (int64_t i = 0; i < count; ++i) {
    const double centre = (static_cast<double>(begin + i) + 0.5) * scale;
    const int64_t first = std::max<int64_t>(static_cast<int64_t>(centre - support + 0.5), 0);
    const int64_t last = std::min<int64_t>(static_cast<int64_t>(centre + support + 0.5), in_size);
    double sum = 0;
    for (int64_t k = 0; k < last - first; ++k) {
      row[k] = std::max(0.0, 1.0 - std::abs((static_cast<double>(first + k) - centre + 0.5) * (1.0 / support)));
      sum += row[k];
    }
    for (int64_t k = 0; k < last - first; ++k)
      taps.weights[i * taps.widest + k] = static_cast<int32_t>(0.5 + row[k] / sum * (1 << kPrecisionBits));
    taps.first.push_back(first);
    taps.count.push_back(last - first);
  }
  return taps;
}

uint8_t to_sample(int32_t sum) { return static_cast<uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255)); }

// The rows [begin, end) of the input, each resampled to the columns that `taps` describes.
cv::Mat resample_columns(const cv::Mat& rgb, const Taps& taps, int64_t begin, int64_t end) {
  cv::Mat out(static_cast<int>(end - begin), static_cast<int>(taps.first.size()), CV_8UC3);
  for (int y = 0; y < out.rows; ++y) {
    const auto* in_row = rgb.ptr<uint8_t>(static_cast<int>(begin) + y);
    auto* out_row = out.ptr<uint8_t>(y);
    for (int x = 0; x < out.cols; ++x) {
      int32_t r = 1 << (kPrecisionBits - 1), g = r, b = r;
      const auto* in = in_row + 3 * taps.first[x];
      const auto* weight = taps.weights.data() + x * taps.widest;
      for (int64_t k = 0; k < taps.count[x]; ++k, in += 3) {
        r += in[0] * weight[k];
        g += in[1] * weight[k];
        b += in[2] * weight[k];
      }
      out_row[3 * x] = to_sample(r);
      out_row[3 * x + 1] = to_sample(g);
      out_row[3 * x + 2] = to_sample(b);
    }
  }
  return out;
}

// The same for rows; `strip` begins at input row `begin`.
cv::Mat resample_rows(const cv::Mat& strip, const Taps& taps, int64_t begin) {
  cv::Mat out(static_cast<int>(taps.first.size()), strip.cols, CV_8UC3);
  const int samples = strip.cols * 3;
  std::vector<int32_t> sums(static_cast<size_t>(samples));
  for (int y = 0; y < out.rows; ++y) {
    std::fill(sums.begin(), sums.end(), 1 << (kPrecisionBits - 1));
    for (int64_t k = 0; k < taps.count[y]; ++k) {
      const auto* in = strip.ptr<uint8_t>(static_cast<int>(taps.first[y] - begin + k));
      const int32_t weight = taps.weights[y * taps.widest + k];
      for (int i = 0; i < samples; ++i) sums[i] += in[i] * weight;
    }
    auto* to = out.ptr<uint8_t>(y);
    for (int i = 0; i < samples; ++i) to[i] = to_sample(sums[i]);
  }
  return out;
}

// torchvision's centre crop: int(round((size - crop) / 2)), and Python rounds halves to even.
int64_t crop_begin(int64_t size, int64_t crop) {
  const int64_t margin = size - crop;
  return margin / 2 + (margin % 2 != 0 && margin / 2 % 2 != 0 ? 1 : 0);
}

}  // namespace

cv::Mat resize_and_crop(const cv::Mat& rgb, const PreprocessSpec& spec) {
  CV_Assert(rgb.type() == CV_8UC3 && !rgb.empty());
  const int64_t short_px = std::min(rgb.rows, rgb.cols);
  const auto resized = [&](int64_t px) {
    // torchvision: int(size * long / short), the division in floating point
    return static_cast<int64_t>(static_cast<double>(spec.resize_px * px) / static_cast<double>(short_px));
  };
  const int64_t width = resized(rgb.cols), height = resized(rgb.rows);
  const Taps columns = triangle_taps(rgb.cols, width, crop_begin(width, spec.crop_px), spec.crop_px);
  const Taps rows = triangle_taps(rgb.rows, height, crop_begin(height, spec.crop_px), spec.crop_px);
  const int64_t first_row = rows.first.front();
  const int64_t last_row = rows.first.back() + rows.count.back();
  return resample_rows(resample_columns(rgb, columns, first_row, last_row), rows, first_row);
}

void normalise(const cv::Mat& crop, const PreprocessSpec& spec, bool mirror, float* out) {
  float table[256][3];
  for (int value = 0; value < 256; ++value) {
    for (int c = 0; c < 3; ++c) table[value][c] = (static_cast<float>(value) / 255.0f - spec.mean[c]) / spec.std[c];
  }
  for (int y = 0; y < crop.rows; ++y) {
    const auto* row = crop.ptr<uint8_t>(y);
    for (int x = 0; x < crop.cols; ++x) {
      const auto* pixel = row + 3 * (mirror ? crop.cols - 1 - x : x);
      for (int c = 0; c < 3; ++c) *out++ = table[pixel[c]][c];
    }
  }
}

}  // namespace pawprint
