// From a file's bytes to what the network takes: each benchmark on one thread.
#include <benchmark/benchmark.h>

#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "app/data/decode.h"
#include "app/data/preprocess.h"
#include "models/base/sha256.h"

namespace pawprint {
namespace {

struct Size {
  int width_px, height_px;
};
constexpr Size kSmall{500, 375}, kLarge{4000, 3000};
constexpr int64_t kCropPx = 224;

// Smooth, with a little noise: about as many bytes a pixel as photos have.
cv::Mat picture(Size size) {
  cv::Mat small(size.height_px / 12, size.width_px / 12, CV_8UC3), out, noise(size.height_px, size.width_px, CV_8UC3);
  cv::RNG random(1);
  random.fill(small, cv::RNG::UNIFORM, 0, 255);
  random.fill(noise, cv::RNG::UNIFORM, 0, 16);
  cv::resize(small, out, {size.width_px, size.height_px}, 0, 0, cv::INTER_CUBIC);
  return out + noise;
}

std::string jpeg(Size size) {
  std::vector<uint8_t> bytes;
  cv::imencode(".jpg", picture(size), bytes, {cv::IMWRITE_JPEG_QUALITY, 90});
  return {bytes.begin(), bytes.end()};
}

// divisor: 1, 2 or 4, by which the photo becomes smaller while it is decoded
void decode(benchmark::State& state, Size size, int divisor) {
  const std::string bytes = jpeg(size);
  DecodeOptions options;
  if (divisor > 1) options.scaled_short_px = size.height_px / divisor;
  for (auto _ : state) {
    const cv::Mat rgb = decode_photo(bytes, options);
    if (rgb.cols != size.width_px / divisor) state.SkipWithError("decoded at another size");
    benchmark::DoNotOptimize(rgb.data);
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes.size()));
}
BENCHMARK_CAPTURE(decode, small_whole, kSmall, 1)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decode, small_half, Size{500, 376}, 2)->Unit(benchmark::kMicrosecond);  // sizes that divide
BENCHMARK_CAPTURE(decode, small_quarter, Size{500, 376}, 4)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decode, large_whole, kLarge, 1)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decode, large_half, kLarge, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decode, large_quarter, kLarge, 4)->Unit(benchmark::kMicrosecond);

void resize_to_crop(benchmark::State& state, Size size) {
  const cv::Mat rgb = picture(size);
  for (auto _ : state) benchmark::DoNotOptimize(fit_photo(rgb, PreprocessSpec()).data);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(resize_to_crop, small, kSmall)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(resize_to_crop, large, kLarge)->Unit(benchmark::kMicrosecond);

// What OpenCV offers for it: the whole photo is resized, by another filter than Pillow's.
void opencv_area(benchmark::State& state, Size size) {
  cv::setNumThreads(1);
  const cv::Mat rgb = picture(size);
  const double scale = static_cast<double>(PreprocessSpec().resize_px) / size.height_px;
  cv::Mat out;
  for (auto _ : state) {
    cv::resize(rgb, out, {}, scale, scale, cv::INTER_AREA);
    benchmark::DoNotOptimize(out.data);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(opencv_area, small, kSmall)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(opencv_area, large, kLarge)->Unit(benchmark::kMicrosecond);

void preprocess_views(benchmark::State& state, PixelType type, int64_t views) {
  const cv::Mat rgb = picture(kSmall);
  std::vector<float> out(static_cast<size_t>(views * kCropPx * kCropPx * 3));  // bfloat16 takes half of it
  for (auto _ : state) {
    preprocess(rgb, PreprocessSpec(), views, type, out.data());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(preprocess_views, float32_one, PixelType::kFloat32, 1)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(preprocess_views, float32_mirrored, PixelType::kFloat32, 2)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(preprocess_views, bfloat16_one, PixelType::kBFloat16, 1)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(preprocess_views, bfloat16_mirrored, PixelType::kBFloat16, 2)->Unit(benchmark::kMicrosecond);

void hash(benchmark::State& state) {
  const std::string bytes(static_cast<size_t>(state.range(0)), 'p');
  for (auto _ : state) benchmark::DoNotOptimize(sha256(bytes));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hash)->Arg(30'000)->Arg(3'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace pawprint
