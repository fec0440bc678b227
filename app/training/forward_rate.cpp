#include "app/training/forward_rate.h"

#include <torch/types.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "app/base/cores.h"
#include "app/base/parallel.h"
#include "app/training/kept_choice.h"
#include "app/training/runtime.h"

namespace pawprint {

namespace {

constexpr int64_t kRounds = 5;  // of a worker; the first is to warm up, and others may be disturbed

PixelBatches usual_pixels(const Backbone& backbone) {
  const PreprocessSpec& spec = backbone.preprocess();
  const bool whole = spec.fit == Fit::kWhole;
  const int64_t width =
      whole ? std::llround(static_cast<double>(spec.crop_px) * 4 / 3 / kStridePx) * kStridePx : spec.crop_px;
  const at::Tensor batch =
      at::zeros({forward_batch(spec), 3, spec.crop_px, width}, backbone.config().bfloat16 ? at::kBFloat16 : at::kFloat)
          .contiguous(at::MemoryFormat::ChannelsLast);
  return PixelBatches(static_cast<size_t>(kForwardBatch / forward_batch(spec)), batch);
}

// Of the fastest round.
double measure(const Backbone& backbone, int64_t threads, const Progress& progress) {
  const PixelBatches pixels = usual_pixels(backbone);
  double fastest_s = 1e9;
  parallel_for(
      math_workers(threads), kRounds * threads,
      [&](int64_t) {
        const auto begin = std::chrono::steady_clock::now();
        backbone.features(pixels);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      },
      [&](double seconds) { fastest_s = std::min(fastest_s, seconds); }, progress);
  return static_cast<double>(threads * kForwardBatch) / fastest_s;
}

}  // namespace

double forward_rate(const Backbone& backbone, int64_t threads, const std::filesystem::path& folder,
                    const Progress& progress) {
  const nlohmann::json conditions = {{"format", 1},
                                     {"of", "forward_rate"},
                                     {"backbone", backbone.id()},
                                     {"preprocess", to_json(backbone.preprocess())},
                                     {"recipe", to_json(backbone.config())},
                                     {"processor", processor_name()},
                                     {"torch", TORCH_VERSION}};
  const auto is_rate = [](const nlohmann::json& rate) { return rate.get<double>() > 0; };
  return kept_choice(folder, conditions, is_rate, [&] { return measure(backbone, threads, progress); })
      .choice.get<double>();
}

}  // namespace pawprint
