#include "app/training/describe_training.h"

#include <torch/types.h>
#include <torch/version.h>

#include <opencv2/core/version.hpp>

#include "app/base/option_list.h"
#include "app/evaluation/calibration.h"
#include "app/evaluation/cautions.h"
#include "app/evaluation/curves.h"
#include "app/evaluation/label_issues.h"
#include "app/training/predict.h"
#include "models/base/version.h"

namespace pawprint {

namespace {

std::vector<double> softmax_rows(std::vector<double> logits, int64_t classes, double temperature) {
  for (size_t i = 0; i < logits.size(); i += static_cast<size_t>(classes)) softmax(&logits[i], classes, temperature);
  return logits;
}

double calibration_error_of(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                            int64_t classes) {
  return evaluate_predictions(probabilities, labels, classes, 1).ece;
}

// p: of the photos scored out of fold
Circumstances circumstances(const FinetuneOptions& options, const TrainValSplit& data,
                            const std::vector<int64_t>& of_class, const FittedHead& fitted,
                            const std::vector<double>& p) {
  constexpr double kSurelyWrong = 0.5;  // the score from which on `check` lists a label
  Circumstances known{
      of_class, 0, data.excluded_validation, data.relatives, data.related_training, {}, data.groups.named > 0};
  known.relabeled_measured = data.relabeled_validation + data.test.relabeled;
  for (const auto& issue : find_label_issues(p, fitted.out_of_fold.labels, data.all.classes))
    known.doubtful_labels += issue.score >= kSurelyWrong;
  if (options.groups) known.timed = data.groups.timed;
  if (options.colour == Colour::kStored) known.other_colors = data.groups.other_colors;
  known.too_alike = data.groups.too_alike;
  known.unscored = static_cast<int64_t>(data.training.labels.size() - fitted.out_of_fold.labels.size());
  known.cross_validated = fitted.cross_validated;
  return known;
}

GroupFigures group_figures(const TrainingPhotos& images, const TrainValSplit& data) {
  const auto& groups = data.groups;
  GroupFigures out{.groups = groups.groups,
                   .photos = groups.photos,
                   .alike = groups.alike,
                   .same_moment = groups.same_moment,
                   .named = groups.named,
                   .timed = groups.timed,
                   .relatives_left_out = data.relatives,
                   .relatives_trained_on = data.related_training};
  for (const int64_t c : groups.too_alike) out.too_alike.push_back(images.class_names[c]);
  for (const auto& group : groups.largest) {
    out.largest.emplace_back();
    for (const int64_t photo : group) out.largest.back().push_back(images.photos[photo].path);
  }
  return out;
}

// The accuracy that the same head would have shown with shots of one moment on both sides of the split.
std::optional<double> ungrouped_accuracy(const TrainValSplit& data, const FittedHead& fitted,
                                         const HeadOptions& options) {
  if (data.ungrouped_validation.empty()) return std::nullopt;
  const auto validation = data.all.select(data.ungrouped_validation);
  const Head head = refit_head(data.all.select(data.ungrouped_training), fitted, options);
  const auto p = view_probabilities(validation.features.narrow(1, 0, 1), head, fitted.temperature);
  return evaluate_predictions(p, validation.labels, validation.classes, options.seed).accuracy;
}

}  // namespace

ValidationFigures validate_head(const TrainValSplit& data, const FittedHead& fitted, const FinetuneOptions& options) {
  ValidationFigures out;
  const auto& validation = data.validation;
  const auto figures = [&](int64_t count, int64_t views, double temperature) {
    const auto rows = validation.part(0, count);
    out.probabilities = view_probabilities(rows.features.narrow(1, 0, views), fitted.head, temperature);
    return evaluate_predictions(out.probabilities, rows.labels, rows.classes, options.seed);
  };
  const auto count = static_cast<int64_t>(validation.labels.size()), views = validation.features.size(1);
  out.with_mirror = figures(count, views, fitted.temperature);
  out.uncalibrated = figures(count, 1, 1);
  if (const int64_t kept = count - data.excluded_validation; data.excluded_validation > 0 && kept > 0)
    out.without_excluded = figures(kept, 1, fitted.temperature);
  out.evaluation = figures(count, 1, fitted.temperature);
  if (data.relabeled_validation > 0)
    out.original_labels =
        evaluate_predictions(out.probabilities, data.validation_labels_in_data, validation.classes, options.seed);
  out.ungrouped_accuracy = ungrouped_accuracy(data, fitted, options.head);
  return out;
}

TrainingRun describe_training(const FinetuneOptions& options, const TrainingPhotos& images,
                              const std::vector<PreparedNetwork>& networks, const TrainValSplit& data,
                              const FittedHead& fitted, const ValidationFigures& figures) {
  const auto& [rows, labels, logits, folds] = fitted.out_of_fold;
  const int64_t classes = data.all.classes;
  const auto p = softmax_rows(logits, classes, fitted.temperature);
  TrainingRun run;
  run.n_train_of_class.resize(images.class_names.size());
  for (const int64_t label : data.training.labels) ++run.n_train_of_class[label];
  run.measured = {.evaluation = figures.evaluation,
                  .class_names = images.class_names,
                  .cautions = cautions(figures.evaluation, images.class_names,
                                       circumstances(options, data, run.n_train_of_class, fitted, p)),
                  .ignored_files = images.ignored,
                  .layout = images.layout,
                  .temperature = fitted.temperature,
                  .seed = options.seed,
                  .versions = library_versions()};
  for (const auto& network : networks) run.measured.networks.push_back(used_network(network.backbone, network.config));
  run.accuracy_tta = figures.with_mirror.accuracy;
  if (figures.without_excluded) run.accuracy_without_excluded = figures.without_excluded->accuracy;
  if (figures.original_labels) run.accuracy_original_labels = figures.original_labels->accuracy;
  run.n_train = data.training.labels.size();
  run.n_fitted = (options.refit ? data.all : data.training).labels.size();
  run.duplicates_left_out = data.duplicates_left_out;
  run.excluded = data.excluded_training;
  run.excluded_validation = data.excluded_validation;
  run.relabeled = data.relabeled_training;
  run.relabeled_validation = data.relabeled_validation;
  run.groups = group_figures(images, data);
  run.groups.accuracy_ungrouped = figures.ungrouped_accuracy;
  run.calibration_photos = static_cast<int64_t>(rows.size());
  if (!rows.empty())
    run.out_of_fold = {log_loss(logits, labels, classes, 1), log_loss(logits, labels, classes, fitted.temperature),
                       calibration_error_of(softmax_rows(logits, classes, 1), labels, classes),
                       calibration_error_of(p, labels, classes)};
  run.on_validation = {figures.uncalibrated.log_loss, figures.evaluation.log_loss, figures.uncalibrated.ece,
                       figures.evaluation.ece};
  run.selective = selective_curve(figures.probabilities, data.validation.labels, classes);
  run.conformal = conformal_scores(p, labels, classes);
  run.l2 = fitted.facts.l2;
  run.head = fitted.facts;
  run.photos_sha256 = digest(data, images.class_names);
  run.options = OptionList(options).json();
  return run;
}

UsedNetwork used_network(const Backbone& backbone, const ChosenInference& config) {
  return {backbone.description().value("name", ""), backbone.id(), backbone.preprocess(), config};
}

std::map<std::string, std::string> library_versions() {
  return {{"pawprint", full_version()}, {"libtorch", TORCH_VERSION}, {"opencv", CV_VERSION}};
}

}  // namespace pawprint
