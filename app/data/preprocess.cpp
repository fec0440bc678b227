#include "app/data/preprocess.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/data/resample_simd.h"

namespace pawprint {

namespace {

// A triangle as wide as one output sample (in input samples, at least 1 to each side): Pillow's bilinear with
// support 1.
Taps triangle_taps(int64_t in_size, int64_t out_size, int64_t begin, int64_t count) {
  const double scale = static_cast<double>(in_size) / static_cast<double>(out_size);
  const double support = std::max(scale, 1.0);
  const auto center = [&](int64_t i) { return (static_cast<double>(begin + i) + 0.5) * scale; };
  Taps taps;
  for (int64_t i = 0; i < count; ++i) {
    taps.first.push_back(std::max<int64_t>(static_cast<int64_t>(center(i) - support + 0.5), 0));
    const auto last = std::min<int64_t>(static_cast<int64_t>(center(i) + support + 0.5), in_size);
    taps.count.push_back(last - taps.first[i]);
    taps.widest = std::max(taps.widest, taps.count[i]);
  }
  taps.weights.assign(static_cast<size_t>(taps.widest * count), 0);
  std::vector<double> row(static_cast<size_t>(taps.widest));
  for (int64_t i = 0; i < count; ++i) {
    double sum = 0;
    for (int64_t k = 0; k < taps.count[i]; ++k) {
      const double distance = static_cast<double>(taps.first[i] + k) - center(i) + 0.5;
      row[k] = std::max(0.0, 1.0 - std::abs(distance * (1.0 / support)));
      sum += row[k];
    }
    for (int64_t k = 0; k < taps.count[i]; ++k)
      taps.weights[i * taps.widest + k] = static_cast<int32_t>(0.5 + row[k] / sum * (1 << Taps::kPrecisionBits));
  }
  return taps;
}

// torchvision's center crop: int(round((size - crop) / 2)), and Python rounds halves to even.
int64_t crop_begin(int64_t size, int64_t crop) {
  const int64_t margin = size - crop;
  return margin / 2 + (margin % 2 != 0 && margin / 2 % 2 != 0 ? 1 : 0);
}

// The crop's rows as 8-bit samples, to sink(y, row), a row of crop_px RGB pixels with spare samples behind it.
template <class Sink>
void resample(const cv::Mat& rgb, const PreprocessSpec& spec, Sink sink) {
  CV_Assert(rgb.type() == CV_8UC3 && !rgb.empty());
  const int64_t short_px = std::min(rgb.rows, rgb.cols);
  const auto resized = [&](int64_t px) {
    // torchvision: int(size * long / short), the division in floating point
    return static_cast<int64_t>(static_cast<double>(spec.resize_px * px) / static_cast<double>(short_px));
  };
  const int64_t width = resized(rgb.cols), height = resized(rgb.rows), samples = spec.crop_px * 3;
  const Taps columns = triangle_taps(rgb.cols, width, crop_begin(width, spec.crop_px), spec.crop_px);
  const Taps rows = triangle_taps(rgb.rows, height, crop_begin(height, spec.crop_px), spec.crop_px);
  const int64_t first_row = rows.first.front(), last_row = rows.first.back() + rows.count.back();
  const auto strip_of = [&](int64_t row) { return static_cast<size_t>((row - first_row) * samples); };
  std::vector<uint8_t> strip(strip_of(last_row) + kSpareSamples);
  resample_rows(rgb.ptr(static_cast<int>(first_row)), static_cast<int64_t>(rgb.step), last_row - first_row, rgb.cols,
                columns, strip.data());
  std::vector<uint8_t> row(static_cast<size_t>(samples + kSpareSamples));
  for (int64_t y = 0; y < spec.crop_px; ++y) {
    blend_rows(strip.data() + strip_of(rows.first[y]), samples, rows.weights.data() + y * rows.widest, rows.count[y],
               samples, row.data());
    sink(y, row.data());
  }
}

Normalization normalization_of(const PreprocessSpec& spec) {
  Normalization out{};
  for (size_t c = 0; c < 3; ++c) {
    out.scale[c] = 1 / (255 * spec.std[c]);
    out.offset[c] = -spec.mean[c] / spec.std[c];
  }
  return out;
}

template <class T>
void preprocess_as(const cv::Mat& rgb, const PreprocessSpec& spec, int64_t views, T* out) {
  const int64_t px = spec.crop_px;
  const Normalization normalization = normalization_of(spec);
  std::vector<uint8_t> mirrored(static_cast<size_t>(px * 3 + kSpareSamples));
  resample(rgb, spec, [&](int64_t y, const uint8_t* row) {
    normalize_row(row, px, normalization, out + y * px * 3);
    if (views < 2) return;
    for (int64_t x = 0; x < px; ++x) std::copy_n(row + 3 * (px - 1 - x), 3, mirrored.begin() + 3 * x);
    normalize_row(mirrored.data(), px, normalization, out + (px + y) * px * 3);
  });
}

}  // namespace

cv::Mat resize_and_crop(const cv::Mat& rgb, const PreprocessSpec& spec) {
  const auto px = static_cast<int>(spec.crop_px);
  cv::Mat crop(px, px, CV_8UC3);
  resample(rgb, spec, [&](int64_t y, const uint8_t* row) { std::copy_n(row, px * 3, crop.ptr(static_cast<int>(y))); });
  return crop;
}

void preprocess(const cv::Mat& rgb, const PreprocessSpec& spec, int64_t views, PixelType type, void* out) {
  if (type == PixelType::kFloat32) return preprocess_as(rgb, spec, views, static_cast<float*>(out));
  preprocess_as(rgb, spec, views, static_cast<uint16_t*>(out));
}

}  // namespace pawprint
