#include "app/bench/bench.h"

#include <torch/script.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/base/cores.h"
#include "app/base/parallel.h"
#include "app/bench/peak_flops.h"
#include "app/data/decode.h"
#include "app/data/photo_paths.h"
#include "app/training/pixel_batches.h"
#include "app/training/prepare_features.h"
#include "app/training/runtime.h"
#include "models/backbone_check.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kMinRounds = 3, kMaxRounds = 1000;
constexpr int64_t kMinBatches = 4;  // of a worker, at each stage
constexpr double kPeakSeconds = 0.1;
constexpr size_t kMinPhotos = kMinBatches * kForwardBatch;  // of a round: fewer would be taken several times

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

struct Photos {
  std::vector<std::filesystem::path> paths;
  std::vector<std::string> bytes;  // of each, in memory
};

struct Input {
  Photos photos;
  std::vector<Backbone> backbones;        // one for each precision
  std::vector<PixelBatches> first_batch;  // pixels for each
};

// What one pass over photos took, over all workers.
struct PixelSeconds {
  double decode = 0, resize = 0;
};

std::vector<Photo> find_photos(const BenchOptions& options) {
  std::vector<Photo> all, taken;
  FolderWalk walk(options.data);
  std::string problem;
  while (const auto found = walk.next()) {
    if (found->problem.empty()) {
      all.push_back({found->path});
    } else if (problem.empty()) {
      problem = ' ' + in_quotes(found->path.native()) + ' ' + found->problem;
    }
  }
  if (all.empty())
    throw Error(in_quotes(options.data.native()) + ": expected a folder of photos, got" +
                (problem.empty() ? " one without any" : problem));
  const auto total = static_cast<int64_t>(all.size()), count = std::min(options.limit, total);
  for (int64_t i = 0; i < count; ++i) taken.push_back(all[i * total / count]);
  return taken;
}

std::vector<InferenceConfig> configs_of(Precision precision) {
  constexpr InferenceConfig kFloat32{false, false, true};
  if (precision == Precision::kFloat32) return {kFloat32};
  const InferenceConfig bfloat16 = with_precision({true, false, true}, precision, Device::kCpu);
  if (precision == Precision::kBfloat16) return {bfloat16};
  return bfloat16.bfloat16 ? std::vector{kFloat32, bfloat16} : std::vector{kFloat32};
}

PhotoOptions photo_options(int64_t workers) {
  PhotoOptions options;
  options.mirror = false;
  options.threads = workers;
  return options;
}

// Bytes of memory this process has held at the most, as the kernel counts them.
int64_t memory_high_water() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return 1024 * std::strtoll(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

// As many items of the list as keep all workers busy to the end, over and over.
template <class T>
std::vector<T> for_workers(const std::vector<T>& list, int64_t workers) {
  const int64_t step = kForwardBatch * workers;
  const int64_t batches = (static_cast<int64_t>(list.size()) + step - 1) / step;
  std::vector<T> out;
  for (int64_t i = 0; i < step * std::max(batches, kMinBatches); ++i) out.push_back(list[i % list.size()]);
  return out;
}

// Calls work(i) for 0 <= i < count in the workers and returns the seconds this took, with the results' sum in `sum`.
template <class Work, class Sum>
double timed(int64_t workers, int64_t count, Work work, Sum sum) {
  const auto begin = Clock::now();
  parallel_for(math_workers(workers), count, work, sum);
  return seconds_since(begin);
}

PixelSeconds decode_and_resize(const std::vector<const std::string*>& photos, int64_t first, const Backbone& backbone) {
  const DecodeOptions options = decoding_for(backbone, {});
  PixelWriter pixels(backbone, kForwardBatch, 1);
  PixelSeconds seconds;
  for (int64_t i = 0; i < kForwardBatch; ++i) {
    const auto begin = Clock::now();
    const cv::Mat rgb = decode_photo(*photos[first + i], options);
    seconds.decode += seconds_since(begin);
    const auto decoded = Clock::now();
    pixels.add(rgb);
    seconds.resize += seconds_since(decoded);
  }
  return seconds;
}

// Both in one pass, each photo resized while it is still in the cache, as it is in real work. Each stage's share of the
// workers' time is its share of the pass.
void measure_pixels(const Input& input, WorkerSamples& samples) {
  std::vector<const std::string*> each;
  for (const auto& bytes : input.photos.bytes) each.push_back(&bytes);
  const auto photos = for_workers(each, samples.workers);
  const auto count = static_cast<int64_t>(photos.size());
  const auto& backbone = input.backbones.back();
  PixelSeconds sum;
  const auto work = [&](int64_t batch) { return decode_and_resize(photos, batch * kForwardBatch, backbone); };
  const double seconds = timed(samples.workers, count / kForwardBatch, work, [&](const PixelSeconds& part) {
    sum.decode += part.decode;
    sum.resize += part.resize;
  });
  const double rate = static_cast<double>(count) / seconds, both = sum.decode + sum.resize;
  samples.decode_and_resize.values.push_back(rate);
  samples.decode.values.push_back(rate * both / sum.decode);
  samples.resize.values.push_back(rate * both / sum.resize);
}

void measure_forward(const Backbone& backbone, const PixelBatches& pixels, int64_t workers, Samples& samples) {
  const int64_t batches = 2 * kMinBatches * workers;
  const auto work = [&](int64_t) { return backbone.features(pixels).numel(); };
  const double seconds = timed(workers, batches, work, [](int64_t) {});
  samples.values.push_back(static_cast<double>(batches * kForwardBatch) / seconds);
}

void measure_peak(bool bfloat16, int64_t workers, Samples& samples) {
  const auto work = [&](int64_t) {
    return bfloat16 ? bfloat16_operations(kPeakSeconds).value_or(0) : float32_operations(kPeakSeconds);
  };
  double operations = 0;
  const double seconds = timed(workers, workers, work, [&](double part) { operations += part; });
  samples.values.push_back(operations / seconds);
}

// Reports a stage that is done; the total is known once a round has been timed.
class Stages {
 public:
  Stages(const Progress& progress, int64_t of_round) : progress_(progress), of_round_(of_round) {}
  void plan(int64_t rounds) { total_ = rounds * of_round_; }
  void done() {
    ++done_;
    check();
  }
  void check() const {
    if (progress_) progress_(done_, total_);
  }

 private:
  const Progress& progress_;
  int64_t of_round_, done_ = 0, total_ = -1;
};

void measure_round(const Input& input, Stages& stages, WorkerSamples& samples) {
  const auto paths = for_workers(input.photos.paths, samples.workers);
  measure_pixels(input, samples);
  stages.done();
  for (size_t p = 0; p < input.backbones.size(); ++p) {
    const Backbone& backbone = input.backbones[p];
    auto& precision = samples.precisions[p];
    measure_peak(precision.bfloat16, samples.workers, precision.peak);
    stages.done();
    measure_forward(backbone, input.first_batch[p], samples.workers, precision.forward);
    stages.done();
    const auto begin = Clock::now();
    extract_features(paths, backbone, photo_options(samples.workers), nullptr,
                     [&](int64_t, int64_t) { stages.check(); });
    precision.file_to_features.values.push_back(static_cast<double>(paths.size()) / seconds_since(begin));
    stages.done();
  }
}

// At most `count` of the photos, spread evenly over them.
Photos spread(const Photos& all, size_t count) {
  const size_t total = all.paths.size();
  Photos some;
  for (size_t i = 0; i < std::min(count, total); ++i) {
    some.paths.push_back(all.paths[i * total / std::min(count, total)]);
    some.bytes.push_back(all.bytes[i * total / std::min(count, total)]);
  }
  return some;
}

// Of how many photos the fewest rounds end in time, where one of kMinPhotos took `round_s`. On a busy machine all of
// them may take minutes.
size_t affordable(double seconds, double round_s) {
  const double share = std::min((seconds - round_s) / (static_cast<double>(kMinRounds) * round_s), 1e6);
  return static_cast<size_t>(std::max(1.0, share) * static_cast<double>(kMinPhotos));
}

WorkerSamples samples_of(int64_t workers, const Input& input) {
  WorkerSamples samples;
  samples.workers = workers;
  for (const auto& backbone : input.backbones) samples.precisions.push_back({backbone.config().bfloat16, {}, {}, {}});
  return samples;
}

// Finds out what can be read and how much memory that takes, which must come first: the mark only rises.
Input prepare(const BenchOptions& options, BenchResult& result) {
  Input input;
  const auto photos = find_photos(options);
  const auto configs = configs_of(options.precision);
  const FeatureOptions how{.backbone = options.backbone,
                           .fit = options.fit,
                           .image_size_px = options.image_size_px,
                           .network = {.device = Device::kCpu},
                           .photos = photo_options(options.threads),
                           .config = configs.back()};
  const Backbone backbone = prepare_network(how, photos).backbone;
  const FeatureSet set = get_features(backbone, how, photos, {}).set;
  result.memory_bytes = memory_high_water();
  result.skipped = set.skipped;
  for (const auto& config : configs) input.backbones.push_back(backbone.with_config(config));
  for (const int64_t row : set.rows) {
    input.photos.paths.push_back(photos[row].path);
    input.photos.bytes.push_back(read_photo(photos[row].path));
  }
  if (input.photos.paths.empty())
    throw Error(in_quotes(options.data.native()) + ": expected photos that can be read, got none; the first: " +
                in_quotes(result.skipped.front().path.native()) + ": " + result.skipped.front().reason);
  const auto batch_paths = for_workers(input.photos.paths, 1);
  for (const auto& each : input.backbones)
    input.first_batch.push_back(
        load_batch({batch_paths.begin(), batch_paths.begin() + kForwardBatch}, {&each, 1}, photo_options(1)).pixels[0]);
  return input;
}

}  // namespace

BenchResult bench(const BenchOptions& options, const Progress& progress) {
  BenchResult result;
  Input input = prepare(options, result);
  const Backbone& backbone = input.backbones.front();
  result.backbone_name = backbone.description().value("name", "");
  result.backbone_id = backbone.id();
  result.multiply_adds = check_backbone(backbone).multiply_adds;
  std::vector<WorkerSamples> samples = {samples_of(1, input)};
  if (options.threads > 1) samples.push_back(samples_of(options.threads, input));
  const auto stages_of_round = static_cast<int64_t>(samples.size() * (1 + 3 * input.backbones.size()));
  Stages stages(progress, stages_of_round);
  const Photos all = std::exchange(input.photos, spread(input.photos, kMinPhotos));
  const auto warming = Clock::now();
  auto warm_up = samples;
  for (auto& each : warm_up) measure_round(input, stages, each);
  input.photos = spread(all, affordable(options.seconds, seconds_since(warming)));
  result.photos = std::ssize(input.photos.paths);
  result.rounds = kMinRounds;
  for (int64_t round = 0; round < result.rounds; ++round) {
    const auto begin = Clock::now();
    for (auto& each : samples) measure_round(input, stages, each);
    if (round > 0) continue;
    const auto wanted = static_cast<int64_t>(std::ceil(std::min(options.seconds / seconds_since(begin), 1e6)));
    result.rounds = std::clamp(wanted, kMinRounds, kMaxRounds);
    stages.plan(1 + result.rounds);
  }
  result.per_core = samples.front();
  result.together = samples.back();
  return result;
}

}  // namespace pawprint
