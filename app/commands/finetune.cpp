#include "app/training/finetune.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/base/backbone_names.h"
#include "app/base/format.h"
#include "app/commands/report_file.h"
#include "app/commands/run.h"
#include "app/commands/summary.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

// An hour's run is not lost to a line that is repeated.
void require_no_run(const FinetuneOptions& options) {
  std::error_code error;
  if (!options.force && std::filesystem::exists(options.out / "model.pt", error))
    throw Error(
        in_quotes(options.out.native()) +
        ": expected a folder without a run, got one with a model.pt; choose another --out, or --force to replace it");
}

// How fast features were made, and where they came from.
std::string pace(const FinetuneResult& result) {
  const auto& measured = result.run.measured;
  if (result.computed == 0) return "all features from the cache";
  const std::string speed = std::to_string(std::lround(measured.images_per_second)) + " photos/s (" +
                            (measured.networks.front().config.config.bfloat16 ? "bf16" : "fp32") + ')';
  if (result.computed == result.photos) return speed;
  return speed + ", features of " + std::to_string(result.photos - result.computed) + " from the cache";
}

// What the networks are shown, and how it compares with what was tried.
void print_inputs(const TrainingRun& run) {
  std::string shown;
  for (const auto& network : run.measured.networks)
    shown += (shown.empty() ? "" : " + ") +
             ShownInput{network.name, network.preprocess.fit, network.preprocess.crop_px}.text();
  if (!run.input_choice) {
    std::printf("shown         %s\n", shown.c_str());
    return;
  }
  const auto& choice = *run.input_choice;
  auto ways = static_cast<int64_t>(choice.tried.size());
  for (const auto& each : choice.of_networks) ways += static_cast<int64_t>(each.tried.size());
  std::printf("shown         %s, chosen of %s on %s of the training (%.1f s)\n", shown.c_str(),
              counted(ways, "way").c_str(), counted(choice.photos, "photo").c_str(), choice.seconds);
  for (const auto& each : choice.of_networks) {
    const std::string& name = each.tried.front().inputs.front().network;
    const auto is_it = [&](const UsedNetwork& network) { return network.name == name; };
    if (std::none_of(run.measured.networks.begin(), run.measured.networks.end(), is_it))
      std::printf("left out      %s: as good and faster without it\n", name.c_str());
  }
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
void warn_not_found(const std::filesystem::path& data, const std::vector<ListNotFound>& lists) {
  for (const auto& [list, photos] : lists)
    std::fprintf(messages(), "warning: %s: %zu of its photos are not in %s, the first %s\n",
                 in_quotes(list.native()).c_str(), photos.size(), in_quotes(data.native()).c_str(),
                 in_quotes(photos.front()).c_str());
}

// What lists changed of the figures, beside the accuracy.
void print_without_lists(const TrainingRun& run) {
  if (run.accuracy_without_excluded)
    std::printf("accuracy      %.4f without the %ld of them that the list excludes\n", *run.accuracy_without_excluded,
                run.excluded_validation);
  if (run.accuracy_original_labels)
    std::printf("accuracy      %.4f with the labels as the data has them, %ld of which were corrected\n",
                *run.accuracy_original_labels, run.relabeled_validation);
}

void print_lists(const TrainingRun& run) {
  if (run.excluded > 0)
    std::printf("%s of the list left out of training; the validation photos are the same with and without it\n",
                counted(run.excluded, "photo").c_str());
  if (run.relabeled + run.relabeled_validation > 0)
    std::printf(
        "%s with corrected labels in training, %ld in validation; the validation photos are the same as before\n",
        counted(run.relabeled, "photo").c_str(), run.relabeled_validation);
}

// Its figures are those of docs/backbones.md.
void recommend_larger_network() {
  const auto kept = kept_backbone_names();
  const bool is_here = std::find(kept.begin(), kept.end(), "mobilenet_v2") != kept.end();
  std::fprintf(messages(),
               "with MobileNetV2 instead of petite, 0.994 instead of 0.975 on cats and dogs, at half the speed: %s\n",
               is_here ? "--backbone mobilenet_v2, which is here"
                       : "`pawprint backbone get mobilenet_v2`, then --backbone mobilenet_v2");
}

}  // namespace

int run_finetune(const FinetuneOptions& options, const Session& session) {
  require_no_run(options);
  FileSet files = run_files(options.out);
  const FinetuneResult result = finetune(options, files, progress_bars(session), say_line(session));
  const double report_seconds = add_report(files, options, result, session);
  files.commit();
  const auto& run = result.run;
  const auto& evaluation = run.measured.evaluation;
  print_skipped(run.measured.skipped, session.quiet);
  warn_not_found(options.data, result.not_found);
  print_evaluation(run.measured, "validation photo");
  if (options.photos.mirror) std::printf("with --tta    %.4f\n", *run.accuracy_tta);
  print_without_lists(run);
  print_inputs(run);
  print_groups(run.groups, evaluation.accuracy);
  if (evaluation.challenge_12 && run.measured.class_names.size() == 2)
    std::printf("challenge     %.1f %% of 12-photo challenges without a mistake\n", 100 * *evaluation.challenge_12);
  print_cautions(run.measured.cautions);
  if (!result.cache_problem.empty())
    std::fprintf(messages(), "warning: what was computed is not kept for the next run: %s\n",
                 result.cache_problem.c_str());
  if (!run.detector)
    std::printf("unfamiliar    cannot be told: the backbone knows no other classes, or photos are few\n");
  std::printf("\n%s in training, %s, %.1f s in all; the backbone's weights are unchanged (%s)\n",
              counted(*run.n_train, "photo").c_str(), pace(result).c_str(),
              run.measured.seconds.at("total") + report_seconds, run.weights_after.substr(0, 12).c_str());
  print_lists(run);
  if (run.duplicates_left_out > 0)
    std::printf("left out of training because the validation set has them, too: %s\n",
                counted(run.duplicates_left_out, "photo").c_str());
  if (run.test) {
    print_accuracy("test", run.test->evaluation, "test photo");
    std::printf("              held out from all of the training;");
    std::printf(" log loss %.4f; their names are in %s\n", run.test->evaluation.log_loss,
                (options.out / kTestPhotosFile).c_str());
  }
  std::printf("wrote %s, metrics.json and validation.csv\n", (options.out / "model.pt").c_str());
  std::printf("to look at: %s\n", (options.out / "report.html").c_str());
  if (!session.quiet && options.backbones == FinetuneOptions().backbones) recommend_larger_network();
  return kExitOk;
}

}  // namespace pawprint
