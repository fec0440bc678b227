#include "app/data/preprocess.h"

#include <algorithm>
#include <array>
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

// The window's rows as 8-bit samples, to sink(y, row), a row of RGB pixels with spare samples behind it.
template <class Sink>
void resample(const cv::Mat& photo, const FittedView& view, Sink sink) {
  CV_Assert(photo.type() == CV_8UC3 && !photo.empty());
  const cv::Mat rgb = photo(view.part);
  const auto& window = view.window;
  const int64_t samples = int64_t{window.width} * 3;
  const Taps columns = triangle_taps(rgb.cols, view.resized.width, window.x, window.width);
  const Taps rows = triangle_taps(rgb.rows, view.resized.height, window.y, window.height);
  const int64_t first_row = rows.first.front(), last_row = rows.first.back() + rows.count.back();
  const auto strip_of = [&](int64_t row) { return static_cast<size_t>((row - first_row) * samples); };
  std::vector<uint8_t> strip(strip_of(last_row) + kSpareSamples);
  resample_rows(rgb.ptr(static_cast<int>(first_row)), static_cast<int64_t>(rgb.step), last_row - first_row, rgb.cols,
                columns, strip.data());
  std::vector<uint8_t> row(static_cast<size_t>(samples + kSpareSamples));
  for (int64_t y = 0; y < window.height; ++y) {
    blend_rows(strip.data() + strip_of(rows.first[y]), samples, rows.weights.data() + y * rows.widest, rows.count[y],
               samples, row.data());
    sink(static_cast<int>(y), row.data());
  }
}

// The mean of the outermost pixels, rounded.
cv::Scalar border_color(const cv::Mat& rgb) {
  std::array<int64_t, 3> sum{};
  int64_t count = 0;
  for (int y = 0; y < rgb.rows; ++y) {
    const bool edge = y == 0 || y == rgb.rows - 1;
    for (int x = 0; x < rgb.cols; x += edge || rgb.cols == 1 ? 1 : rgb.cols - 1) {
      for (size_t c = 0; c < 3; ++c) sum[c] += rgb.at<cv::Vec3b>(y, x)[static_cast<int>(c)];
      ++count;
    }
  }
  CV_Assert(count > 0);
  const auto mean = [&](size_t c) {
    const int64_t rounded = (2 * sum[c] + count) / (2 * count);
    return static_cast<double>(rounded);
  };
  return {mean(0), mean(1), mean(2)};
}

cv::Mat padded(const cv::Mat& rgb, const FittedView& view) {
  cv::Mat out(view.input, CV_8UC3, border_color(rgb));
  rgb.copyTo(out(cv::Rect(view.corner, rgb.size())));
  return out;
}

Normalization normalization_of(const PreprocessSpec& spec) {
  Normalization out{};
  for (size_t c = 0; c < 3; ++c) {
    out.scale[c] = 1 / (255 * spec.std[c]);
    out.offset[c] = -spec.mean[c] / spec.std[c];
  }
  return out;
}

// Rows of a network's input, one after the other, and their mirror images behind all of them.
template <class T>
class NormalizedRows {
 public:
  NormalizedRows(const cv::Size& input, const PreprocessSpec& spec, int64_t views, T* out)
      : input_(input), normalization_(normalization_of(spec)), views_(views), out_(out) {
    mirrored_.resize(static_cast<size_t>(int64_t{input.width} * 3 + kSpareSamples));
  }
  // row: of input.width RGB pixels
  void write(int y, const uint8_t* row) {
    const int width = input_.width;
    normalize_row(row, width, normalization_, out_ + int64_t{y} * width * 3);
    if (views_ < 2) return;
    for (int64_t x = 0; x < width; ++x) std::copy_n(row + 3 * (width - 1 - x), 3, mirrored_.begin() + 3 * x);
    normalize_row(mirrored_.data(), width, normalization_, out_ + int64_t{input_.height + y} * width * 3);
  }

 private:
  cv::Size input_;
  Normalization normalization_;
  int64_t views_;
  T* out_;
  std::vector<uint8_t> mirrored_;
};

template <class T>
void normalize_as(const cv::Mat& fitted, const PreprocessSpec& spec, int64_t views, T* out) {
  NormalizedRows<T> rows(fitted.size(), spec, views, out);
  std::vector<uint8_t> row(static_cast<size_t>(int64_t{fitted.cols} * 3 + kSpareSamples));
  for (int y = 0; y < fitted.rows; ++y) {
    std::copy_n(fitted.ptr(y), fitted.cols * 3, row.begin());
    rows.write(y, row.data());
  }
}

template <class T>
void preprocess_as(const cv::Mat& rgb, const PreprocessSpec& spec, int64_t views, T* out) {
  const FittedView view = fitted_view(rgb.size(), spec);
  if (view.window.size() != view.input) return normalize_as(fit_photo(rgb, spec), spec, views, out);
  NormalizedRows<T> rows(view.input, spec, views, out);
  resample(rgb, view, [&](int y, const uint8_t* row) { rows.write(y, row); });
}

int rounded_to_stride(double px) {
  return static_cast<int>(std::max<int64_t>(1, std::llround(px / kStridePx)) * kStridePx);
}

FittedView crop_view(const cv::Size& photo, const PreprocessSpec& spec) {
  const int64_t short_px = std::min(photo.width, photo.height);
  const auto resized = [&](int64_t px) {
    // torchvision: int(size * long / short), the division in floating point
    return static_cast<int>(static_cast<double>(spec.resize_px * px) / static_cast<double>(short_px));
  };
  const auto crop = static_cast<int>(spec.crop_px);
  const cv::Size size(resized(photo.width), resized(photo.height));
  const auto begin = [&](int px) { return static_cast<int>(crop_begin(px, crop)); };
  return {{{}, photo}, size, {begin(size.width), begin(size.height), crop, crop}, {crop, crop}, {}};
}

FittedView pad_view(const cv::Size& photo, int side) {
  const double scale = static_cast<double>(side) / std::max(photo.width, photo.height);
  const auto scaled = [&](int px) { return std::clamp(static_cast<int>(std::lround(px * scale)), 1, side); };
  const cv::Size size(scaled(photo.width), scaled(photo.height));
  return {{{}, photo}, size, {{}, size}, {side, side}, {(side - size.width) / 2, (side - size.height) / 2}};
}

FittedView whole_view(const cv::Size& photo, double short_side) {
  const int short_px = std::min(photo.width, photo.height);
  const auto kept = [&](int px) { return static_cast<int>(std::min<int64_t>(px, 2 * int64_t{short_px})); };
  const cv::Size part(kept(photo.width), kept(photo.height));
  const auto scaled = [&](int px) { return rounded_to_stride(px * short_side / short_px); };
  const cv::Size size(scaled(part.width), scaled(part.height));
  const cv::Point corner((photo.width - part.width) / 2, (photo.height - part.height) / 2);
  return {{corner, part}, size, {{}, size}, size, {}};
}

}  // namespace

FittedView fitted_view(const cv::Size& photo, const PreprocessSpec& spec) {
  const auto side = static_cast<int>(spec.crop_px);
  switch (spec.fit) {
    case Fit::kCrop:
      return crop_view(photo, spec);
    case Fit::kSquash:
      return {{{}, photo}, {side, side}, {0, 0, side, side}, {side, side}, {}};
    case Fit::kPad:
      return pad_view(photo, side);
    case Fit::kWhole:
      return whole_view(photo, side);
  }
  return {};
}

cv::Rect2d seen_area(const cv::Size& photo, const PreprocessSpec& spec) {
  const FittedView view = fitted_view(photo, spec);
  const double x = static_cast<double>(view.part.width) / view.resized.width,
               y = static_cast<double>(view.part.height) / view.resized.height;
  return {view.part.x + (view.window.x - view.corner.x) * x, view.part.y + (view.window.y - view.corner.y) * y,
          view.input.width * x, view.input.height * y};
}

cv::Mat fit_photo(const cv::Mat& rgb, const PreprocessSpec& spec) {
  const FittedView view = fitted_view(rgb.size(), spec);
  cv::Mat out(view.window.size(), CV_8UC3);
  resample(rgb, view, [&](int y, const uint8_t* row) { std::copy_n(row, int64_t{out.cols} * 3, out.ptr(y)); });
  return out.size() == view.input ? out : padded(out, view);
}

void preprocess(const cv::Mat& rgb, const PreprocessSpec& spec, int64_t views, PixelType type, void* out) {
  if (type == PixelType::kFloat32) return preprocess_as(rgb, spec, views, static_cast<float*>(out));
  preprocess_as(rgb, spec, views, static_cast<uint16_t*>(out));
}

void normalize(const cv::Mat& fitted, const PreprocessSpec& spec, int64_t views, PixelType type, void* out) {
  if (type == PixelType::kFloat32) return normalize_as(fitted, spec, views, static_cast<float*>(out));
  normalize_as(fitted, spec, views, static_cast<uint16_t*>(out));
}

}  // namespace pawprint
