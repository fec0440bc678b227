// The forward pass of the backbone that PAWPRINT_BACKBONE names, by each configuration, and the fit of a head: on one
// thread. Started by hand, so that OpenBLAS does not get the settings that the launcher makes for it.
#include <benchmark/benchmark.h>
#include <torch/script.h>

#include <cstdlib>

#include "app/training/fit_logistic.h"
#include "app/training/runtime.h"
#include "models/backbone.h"

namespace pawprint {
namespace {

// Two clouds that overlap, in features that go along with each other as a network's do.
LogisticProblem two_clouds(int64_t rows, int64_t dim) {
  constexpr int64_t kCauses = 100;
  auto random = at::make_generator<at::CPUGeneratorImpl>(1);
  const auto normal = [&](at::IntArrayRef shape) { return at::empty(shape).normal_(0, 1, random); };
  const auto y = at::arange(rows, at::kLong).remainder(2);
  const auto causes = normal({rows, kCauses}) + (2 * y - 1).to(at::kFloat).unsqueeze(1) * normal({kCauses}) * 0.2;
  const auto x = causes.mm(normal({kCauses, dim})) / 10 + 0.3 * normal({rows, dim});
  return {x, y, at::ones({rows}, at::kDouble), 2};
}

void logistic_fit(benchmark::State& state, double l2) {
  const LogisticProblem problem = two_clouds(2'000, 1280);
  for (auto _ : state) benchmark::DoNotOptimize(fit_logistic(problem, l2, zero_theta(problem)).data_ptr());
}
BENCHMARK_CAPTURE(logistic_fit, l2_1, 1.0)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(logistic_fit, l2_0_01, 0.01)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(logistic_fit, l2_0_0001, 0.0001)->Unit(benchmark::kMillisecond);

void forward(benchmark::State& state, InferenceConfig config) {
  const char* file = std::getenv("PAWPRINT_BACKBONE");
  if (file == nullptr) return state.SkipWithError("PAWPRINT_BACKBONE: expected a backbone's file, got nothing");
  if (config.bfloat16 && !processor_has_bfloat16()) return state.SkipWithError("the processor has no bfloat16");
  const Backbone backbone = Backbone::load(file).with_config(config);
  const int64_t px = backbone.preprocess().crop_px;
  const auto pixels = at::rand({kForwardBatch, 3, px, px})
                          .to(config.bfloat16 ? at::kBFloat16 : at::kFloat)
                          .contiguous(at::MemoryFormat::ChannelsLast);
  for (int warm_up = 0; warm_up < 3; ++warm_up) backbone.features(pixels);  // frozen at the first, optimized after
  for (auto _ : state) benchmark::DoNotOptimize(backbone.features(pixels).data_ptr());
  state.SetItemsProcessed(state.iterations() * kForwardBatch);
}
BENCHMARK_CAPTURE(forward, fp32_frozen, InferenceConfig{false, false, false})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(forward, fp32_optimized, InferenceConfig{false, true, false})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(forward, bf16_frozen, InferenceConfig{true, false, false})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pawprint

int main(int argc, char** argv) {
  pawprint::use_single_threaded_math();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
