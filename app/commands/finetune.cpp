#include "app/training/finetune.h"

#include <cmath>
#include <cstdio>

#include "app/base/format.h"
#include "app/commands/report_file.h"
#include "app/commands/run.h"
#include "app/commands/summary.h"
#include "models/base/error.h"

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

// Photos that belong together, and what it would have looked like had they stood on both sides.
void print_groups(const nlohmann::json& groups, double accuracy) {
  if (groups["groups"] == 0) return;
  std::printf("groups        %s in %s stay on one side of the split\n",
              counted(groups["photos"].get<int64_t>(), "photo").c_str(),
              counted(groups["groups"].get<int64_t>(), "group").c_str());
  const auto& ungrouped = groups["accuracy_ungrouped"];
  if (ungrouped.is_number() && std::abs(ungrouped.get<double>() - accuracy) > 5e-5)
    std::printf("              with groups on both sides it would have said %.4f\n", ungrouped.get<double>());
}

// Photos removed since the list was made are no reason to stop; a slip of the pen should be seen.
void warn_not_found(const FinetuneOptions& options, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::fprintf(stderr, "warning: %s: %zu of its photos are not in %s, the first %s\n",
               in_quotes(options.exclude->native()).c_str(), names.size(), in_quotes(options.data.native()).c_str(),
               in_quotes(names.front()).c_str());
}

}  // namespace

int run_finetune(const FinetuneOptions& options, const Session& session) {
  const FinetuneResult result = finetune(options, progress_bars(session), say_line(session));
  const double report_seconds = write_report(options, result, session);
  print_skipped(result.skipped, session.quiet);
  warn_not_found(options, result.not_found);
  const auto& m = result.metrics;
  print_evaluation(result.evaluation, m["classes"].get<std::vector<std::string>>(), "photos kept for validation");
  if (options.photos.mirror) std::printf("with --tta    %.4f\n", result.with_mirror.accuracy);
  if (result.without_excluded)
    std::printf("accuracy      %.4f without the %ld of them that the list excludes\n",
                result.without_excluded->accuracy, m["excluded_validation"].get<int64_t>());
  print_groups(m["groups"], result.evaluation.accuracy);
  if (result.evaluation.asirra_12 && m["classes"].size() == 2)
    std::printf("Asirra        %.1f %% of 12-photo challenges without a mistake\n", 100 * *result.evaluation.asirra_12);
  print_cautions(m);
  if (!result.cache_problem.empty())
    std::fprintf(stderr, "warning: features are not kept for the next run: %s\n", result.cache_problem.c_str());
  if (m["familiarity"].is_null())
    std::printf("unfamiliar    cannot be told: the backbone knows no other classes, or photos are few\n");
  std::printf("\n%ld photos in training, %s, %.1f s in all; the backbone's weights are unchanged (%s)\n",
              m["n_train"].get<int64_t>(), pace(result).c_str(), m["seconds"]["total"].get<double>() + report_seconds,
              m["freeze"]["after"].get<std::string>().substr(0, 12).c_str());
  if (const auto excluded = m["excluded"].get<int64_t>(); excluded > 0)
    std::printf("%s of the list left out of training; the validation photos are the same with and without it\n",
                counted(excluded, "photo").c_str());
  if (const auto left_out = m["duplicates_left_out"].get<int64_t>(); left_out > 0)
    std::printf("%ld training photos stand in the validation set too and were left out of training\n", left_out);
  if (result.test) {
    print_accuracy("test", result.test->evaluation, "photos held out from all of the training");
    std::printf("              log loss %.4f; their names are in %s\n", result.test->evaluation.log_loss,
                (options.out / kTestPhotosFile).c_str());
  }
  std::printf("wrote %s, metrics.json and validation.csv\n", (options.out / "model.pt").c_str());
  std::printf("to look at: %s\n", (options.out / "report.html").c_str());
  return kExitOk;
}

}  // namespace pawprint
