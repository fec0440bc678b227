#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <torch/script.h>

#include "app/training/fit_head.h"

namespace pawprint {
namespace {

// Features as a frozen network makes them: a few strong directions, many weak ones, classes that overlap.
FeatureMatrix drawn(int64_t classes, int64_t photos_each, int64_t dim) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(1);
  const auto normal = [&](at::IntArrayRef size) { return at::empty(size).normal_(0, 1, random); };
  FeatureMatrix rows;
  rows.classes = classes;
  for (int64_t i = 0; i < classes * photos_each; ++i) {
    rows.labels.push_back(i % classes);
    rows.group.push_back(sha256(std::to_string(i)));
  }
  const auto mixing = normal({dim, dim}) / at::arange(1, dim + 1).to(at::kFloat).sqrt().unsqueeze(1);
  const auto labels = at::tensor(at::ArrayRef<int64_t>(rows.labels), at::kLong);
  const auto centers = (0.5 * normal({classes, dim})).index_select(0, labels).unsqueeze(1);
  rows.features = (centers + normal({labels.size(0), 1, dim}) + 0.3 * normal({labels.size(0), 2, dim})).matmul(mixing);
  return rows;
}

// Cross-validation, temperature and fit: what `finetune` does once it has the features.
void fit(benchmark::State& state) {
  at::set_num_threads(1);
  const auto rows = drawn(state.range(0), state.range(1), state.range(2));
  HeadOptions options;
  options.threads = 2;
  for (auto _ : state) benchmark::DoNotOptimize(fit_head(rows, options, {}));
}
BENCHMARK(fit)
    ->Args({2, 1000, 1280})
    ->Args({30, 40, 1280})
    ->Args({200, 24, 1280})
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace pawprint
