#include "app/training/finetune.h"

#include <cmath>
#include <cstdio>

#include "app/commands/options.h"
#include "app/commands/report_file.h"
#include "app/commands/run.h"
#include "app/commands/summary.h"
#include "models/error.h"

namespace pawprint {

namespace {

// How fast features were made, and where they came from.
std::string pace(const FinetuneResult& result) {
  const auto& m = result.metrics;
  if (result.computed == 0) return "all features from the cache";
  const std::string speed = std::to_string(std::lround(m["images_per_second"].get<double>())) + " photos/s (" +
                            m["recipe"]["precision"].get<std::string>() + ')';
  if (result.computed == result.photos) return speed;
  return speed + ", features of " + std::to_string(result.photos - result.computed) + " from the cache";
}

// Photos removed since the list was made are no reason to stop; a slip of the pen should be seen.
void warn_not_found(const FinetuneOptions& options, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::fprintf(stderr, "warning: %s: %zu of its photos are not in %s, the first %s\n",
               in_quotes(options.exclude->native()).c_str(), names.size(), in_quotes(options.data.native()).c_str(),
               in_quotes(names.front()).c_str());
}

}  // namespace

int run_finetune(const Arguments& arguments) {
  const FinetuneOptions options = parse_finetune(arguments);
  const FinetuneResult result = finetune(options, progress_bars(arguments));
  const double report_seconds = write_report(options, result, arguments);
  print_skipped(result.skipped, arguments.flag("quiet"));
  warn_not_found(options, result.not_found);
  const auto& m = result.metrics;
  print_evaluation(result.evaluation, m["classes"].get<std::vector<std::string>>(), "photos kept for validation");
  if (options.photos.mirror) std::printf("with --tta    %.4f\n", result.with_mirror.accuracy);
  if (result.evaluation.asirra_12)
    std::printf("Asirra        %.1f %% of 12-photo challenges without a mistake\n", 100 * *result.evaluation.asirra_12);
  if (!result.cache_problem.empty())
    std::fprintf(stderr, "warning: features are not kept for the next run: %s\n", result.cache_problem.c_str());
  if (m["familiarity"].is_null())
    std::printf("unfamiliar    cannot be told: the backbone knows no other classes, or photos are few\n");
  std::printf("\n%ld photos in training, %s, %.1f s in all; the backbone's weights are unchanged (%s)\n",
              m["n_train"].get<int64_t>(), pace(result).c_str(), m["seconds"]["total"].get<double>() + report_seconds,
              m["freeze"]["after"].get<std::string>().substr(0, 12).c_str());
  if (const auto excluded = m["excluded"].get<int64_t>(); excluded > 0)
    std::printf("%ld photos of the list were left out\n", excluded);
  if (const auto left_out = m["duplicates_left_out"].get<int64_t>(); left_out > 0)
    std::printf("%ld training photos stand in the validation set too and were left out of training\n", left_out);
  std::printf("wrote %s, metrics.json and validation.csv\n", (options.out / "model.pt").c_str());
  std::printf("to look at: %s\n", (options.out / "report.html").c_str());
  return kExitOk;
}

}  // namespace pawprint
