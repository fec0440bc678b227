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
  const auto& measured = result.run.measured;
  if (result.computed == 0) return "all features from the cache";
  const std::string speed = std::to_string(std::lround(measured.images_per_second)) + " photos/s (" +
                            (measured.config.config.bfloat16 ? "bf16" : "fp32") + ')';
  if (result.computed == result.photos) return speed;
  return speed + ", features of " + std::to_string(result.photos - result.computed) + " from the cache";
}

// Photos that belong together, and what it would have looked like had they been on both sides.
void print_groups(const GroupFigures& groups, double accuracy) {
  if (groups.groups == 0) return;
  std::printf("groups        %s in %s stay on one side of the split\n", counted(groups.photos, "photo").c_str(),
              counted(groups.groups, "group").c_str());
  if (const auto& ungrouped = groups.accuracy_ungrouped; ungrouped && std::abs(*ungrouped - accuracy) > 5e-5)
    std::printf("              with groups on both sides it would have said %.4f\n", *ungrouped);
}

// Photos removed since the list was made are no reason to stop; a mistyped name should be seen.
void warn_not_found(const FinetuneOptions& options, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::fprintf(stderr, "warning: %s: %zu of its photos are not in %s, the first %s\n",
               in_quotes(options.exclude->native()).c_str(), names.size(), in_quotes(options.data.native()).c_str(),
               in_quotes(names.front()).c_str());
}

}  // namespace

int run_finetune(const FinetuneOptions& options, const Session& session) {
  FileSet files = run_files(options.out);
  const FinetuneResult result = finetune(options, files, progress_bars(session), say_line(session));
  const double report_seconds = add_report(files, options, result, session);
  files.commit();
  const auto& run = result.run;
  const auto& evaluation = run.measured.evaluation;
  print_skipped(run.measured.skipped, session.quiet);
  warn_not_found(options, result.not_found);
  print_evaluation(run.measured, "photos kept for validation");
  if (options.photos.mirror) std::printf("with --tta    %.4f\n", *run.accuracy_tta);
  if (run.accuracy_without_excluded)
    std::printf("accuracy      %.4f without the %ld of them that the list excludes\n", *run.accuracy_without_excluded,
                run.excluded_validation);
  print_groups(run.groups, evaluation.accuracy);
  if (evaluation.challenge_12 && run.measured.class_names.size() == 2)
    std::printf("challenge     %.1f %% of 12-photo challenges without a mistake\n", 100 * *evaluation.challenge_12);
  print_cautions(run.measured.cautions);
  if (!result.cache_problem.empty())
    std::fprintf(stderr, "warning: what was computed is not kept for the next run: %s\n", result.cache_problem.c_str());
  if (!run.detector)
    std::printf("unfamiliar    cannot be told: the backbone knows no other classes, or photos are few\n");
  std::printf("\n%ld photos in training, %s, %.1f s in all; the backbone's weights are unchanged (%s)\n", *run.n_train,
              pace(result).c_str(), run.measured.seconds.at("total") + report_seconds,
              run.weights_after.substr(0, 12).c_str());
  if (run.excluded > 0)
    std::printf("%s of the list left out of training; the validation photos are the same with and without it\n",
                counted(run.excluded, "photo").c_str());
  if (run.duplicates_left_out > 0)
    std::printf("%ld training photos are in the validation set too and were left out of training\n",
                run.duplicates_left_out);
  if (run.test) {
    print_accuracy("test", run.test->evaluation, "photos held out from all of the training");
    std::printf("              log loss %.4f; their names are in %s\n", run.test->evaluation.log_loss,
                (options.out / kTestPhotosFile).c_str());
  }
  std::printf("wrote %s, metrics.json and validation.csv\n", (options.out / "model.pt").c_str());
  std::printf("to look at: %s\n", (options.out / "report.html").c_str());
  return kExitOk;
}

}  // namespace pawprint
