#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <torch/script.h>

#include <filesystem>

#include "app/label/label_session.h"

namespace pawprint {
namespace {

// From twelve answers to the next row: 1,280 features, 2 or 30 classes, the photos looked at beforehand.
void next_row(benchmark::State& state) {
  at::set_num_threads(1);
  const int64_t photos = state.range(0), classes = state.range(1), dim = 1280;
  auto random = at::make_generator<at::CPUGeneratorImpl>(1);
  auto x = at::empty({photos, dim}).normal_(0, 1, random);
  std::vector<PoolPhoto> pool;
  std::vector<std::string> names;
  for (int64_t c = 0; c < classes; ++c) names.push_back("class " + std::to_string(c));
  for (int64_t i = 0; i < photos; ++i) {
    x[i].narrow(0, 20 * (i % classes), 20) += 1;
    pool.push_back({std::to_string(i) + ".jpg", sha256(std::to_string(i))});
  }
  const auto journal = std::filesystem::temp_directory_path() / "label_bench.jsonl";
  std::filesystem::remove(journal);
  LabelSession session({"", names, journal, 1});
  session.add_photos(pool, x);
  while (session.improve([] {})) {
  }
  auto row = session.next_row("page");
  for (auto _ : state) {
    std::vector<Saying> sayings;
    for (const auto& photo : row) sayings.push_back({photo.id, AnswerKind::kClass, names[photo.id % classes]});
    session.answer(sayings);
    row = session.next_row("page");
  }
  std::filesystem::remove(journal);
}
BENCHMARK(next_row)
    ->Args({2'000, 2})
    ->Args({25'000, 2})
    ->Args({25'000, 30})
    ->Iterations(20)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pawprint
