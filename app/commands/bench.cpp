#include "app/bench/bench.h"

#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>

#include "app/commands/run.h"
#include "app/commands/summary.h"

namespace pawprint {

namespace {

// A line of the table: what it is, for one worker and, where there are more, for all of them.
void print_line(const BenchResult& result, const std::string& what,
                const std::function<std::string(const WorkerSamples&)>& value) {
  std::printf("%-24s %12s", what.c_str(), value(result.per_core).c_str());
  if (result.together.workers > 1) std::printf(" %12s", value(result.together).c_str());
  std::printf("\n");
}

std::string number(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

void print_rate(const BenchResult& result, const std::string& what,
                const std::function<const Samples&(const WorkerSamples&)>& samples) {
  print_line(result, what, [&](const WorkerSamples& w) {
    const double rate = samples(w).best();
    return number(rate, rate < 10 ? "%.1f" : "%.0f");
  });
}

void print_table(const BenchResult& result) {
  print_line(result, "photos/s", [](const WorkerSamples& w) {
    return w.workers == 1 ? "one worker" : std::to_string(w.workers) + " workers";
  });
  print_rate(result, "decode", [](const auto& w) -> const Samples& { return w.decode; });
  print_rate(result, "resize", [](const auto& w) -> const Samples& { return w.resize; });
  print_rate(result, "decode and resize", [](const auto& w) -> const Samples& { return w.decode_and_resize; });
  for (size_t p = 0; p < result.per_core.precisions.size(); ++p) {
    const std::string name = result.per_core.precisions[p].bfloat16 ? "bf16" : "fp32";
    const auto of = [p](const WorkerSamples& w) -> const PrecisionSamples& { return w.precisions[p]; };
    std::printf("\n");
    print_rate(result, name + " forward", [&](const auto& w) -> const Samples& { return of(w).forward; });
    print_rate(result, name + " file to features",
               [&](const auto& w) -> const Samples& { return of(w).file_to_features; });
    print_line(result, name + " peak, GFLOP/s",
               [&](const WorkerSamples& w) { return number(of(w).peak.best() / 1e9, "%.0f"); });
    print_line(result, name + " forward, of peak", [&](const WorkerSamples& w) {
      return number(100 * share_of_peak(of(w), result.multiply_adds), "%.0f %%");
    });
  }
  std::printf("\nmemory                   %9.0f MB from file to features, %ld worker%s\n",
              static_cast<double>(result.memory_bytes) / 1e6, result.together.workers,
              result.together.workers == 1 ? "" : "s");
  std::printf("best of %ld rounds over %ld photos; %s: %.1f million multiply-adds a photo, in batches of %ld\n",
              result.rounds, result.photos, result.backbone_name.c_str(),
              static_cast<double>(result.multiply_adds) / 1e6, kForwardBatch);
}

}  // namespace

int run_bench(const BenchOptions& options, const Session& session) {
  const BenchResult result = bench(options, progress_bars(session)("bench", "stages"));
  print_skipped(result.skipped, session.quiet);
  if (options.json) {
    std::puts(to_json(result).dump(1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    print_table(result);
  }
  return result.skipped.empty() ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
