#include "app/training/describe_training.h"

#include <torch/version.h>

#include <opencv2/core/version.hpp>

#include "app/evaluation/calibration.h"
#include "app/evaluation/cautions.h"
#include "app/evaluation/curves.h"
#include "app/evaluation/label_issues.h"
#include "app/training/doubt.h"
#include "models/base/version.h"

namespace pawprint {

namespace {

nlohmann::json or_null(const std::optional<double>& value) { return value ? nlohmann::json(*value) : nlohmann::json(); }

std::vector<double> softmax_rows(std::vector<double> logits, int64_t classes, double temperature) {
  for (size_t i = 0; i < logits.size(); i += static_cast<size_t>(classes)) softmax(&logits[i], classes, temperature);
  return logits;
}

double calibration_error_of(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                            int64_t classes) {
  return evaluate_predictions(probabilities, labels, classes, 1).ece;
}

nlohmann::json before_and_after(double loss_before, double loss_after, double ece_before, double ece_after) {
  return {{"log_loss_before", loss_before},
          {"log_loss_after", loss_after},
          {"ece_before", ece_before},
          {"ece_after", ece_after}};
}

// What the temperature changed, on the predictions it was chosen by and on validation photos.
nlohmann::json describe_calibration(const FittedHead& fitted, const std::vector<double>& p, int64_t classes,
                                    const FinetuneResult& result) {
  const auto& [rows, labels, logits] = fitted.out_of_fold;
  nlohmann::json json = {{"temperature", fitted.temperature},
                         {"photos", rows.size()},
                         {"out_of_fold", nullptr},
                         {"validation", before_and_after(result.uncalibrated.log_loss, result.evaluation.log_loss,
                                                         result.uncalibrated.ece, result.evaluation.ece)}};
  if (!rows.empty())
    json["out_of_fold"] =
        before_and_after(log_loss(logits, labels, classes, 1), log_loss(logits, labels, classes, fitted.temperature),
                         calibration_error_of(softmax_rows(logits, classes, 1), labels, classes),
                         calibration_error_of(p, labels, classes));
  return json;
}

// p: of the photos judged out of fold
Circumstances circumstances(const FinetuneOptions& options, const Divided& data, const std::vector<int64_t>& of_class,
                            const FittedHead& fitted, const std::vector<double>& p) {
  constexpr double kSurelyWrong = 0.5;  // the score from which on `check` lists a label
  Circumstances known{
      of_class, 0, data.excluded_validation, data.relatives, data.related_training, {}, data.groups.named > 0};
  for (const auto& issue : find_label_issues(p, fitted.out_of_fold.labels, data.all.classes))
    known.doubtful_labels += issue.score >= kSurelyWrong;
  if (options.groups) known.timed = data.groups.timed;
  known.too_alike = data.groups.too_alike;
  known.unjudged = static_cast<int64_t>(data.training.labels.size() - fitted.out_of_fold.labels.size());
  known.cross_validated = fitted.cross_validated;
  return known;
}

}  // namespace

nlohmann::json describe_training(const FinetuneOptions& options, const Photos& photos, const Divided& data,
                                 const FittedHead& fitted, const FinetuneResult& result) {
  nlohmann::json metrics = to_json(result.evaluation);
  metrics["accuracy_tta"] = result.with_mirror.accuracy;
  metrics["classes"] = photos.class_names;
  metrics["n_train"] = data.training.labels.size();
  std::vector<int64_t> of_class(photos.class_names.size());
  for (const int64_t label : data.training.labels) ++of_class[label];
  metrics["n_train_of_class"] = of_class;
  metrics["per_class"] = describe_classes(result.evaluation, photos.class_names);
  metrics["groups"] = to_json(data.groups, photos.class_names);
  for (const auto& group : data.groups.largest) {
    auto names = nlohmann::json::array();
    for (const int64_t photo : group) names.push_back(photos.paths[photo].native());
    metrics["groups"]["largest"].push_back(names);
  }
  metrics["groups"]["relatives_left_out"] = data.relatives;
  metrics["groups"]["relatives_trained_on"] = data.related_training;
  metrics["groups"]["accuracy_ungrouped"] = or_null(result.ungrouped_accuracy);
  const auto p = softmax_rows(fitted.out_of_fold.logits, data.all.classes, fitted.temperature);
  metrics["calibration"] = describe_calibration(fitted, p, data.all.classes, result);
  metrics["selective"] =
      describe_selective(selective_curve(result.probabilities, data.validation.labels, data.all.classes));
  metrics["conformal"] = describe_conformal(conformal_scores(p, fitted.out_of_fold.labels, data.all.classes));
  metrics["cautions"] =
      cautions(result.evaluation, photos.class_names, circumstances(options, data, of_class, fitted, p));
  metrics["n_fitted"] = (options.refit ? data.all : data.training).labels.size();
  metrics["unreadable"] = result.skipped.size();
  metrics["skipped"] = to_json(result.skipped);
  metrics["ignored_files"] = photos.ignored;
  metrics["layout"] = photos.layout;
  metrics["duplicates_left_out"] = data.leaked;
  metrics["excluded"] = data.excluded_training;
  metrics["excluded_validation"] = data.excluded_validation;
  metrics["accuracy_without_excluded"] =
      result.without_excluded ? nlohmann::json(result.without_excluded->accuracy) : nlohmann::json();
  metrics["l2"] = fitted.l2;
  metrics["temperature"] = fitted.temperature;
  metrics["head"] = fitted.facts;
  metrics["seed"] = options.seed;
  metrics["photos_sha256"] = digest(data, photos.class_names);
  metrics["versions"] = library_versions();
  return metrics;
}

nlohmann::json describe_model(nlohmann::json metrics, const std::string& when) {
  nlohmann::json model = {{"familiarity", metrics["familiarity"]},
                          {"counts",
                           {{"training", metrics["n_train"]},
                            {"validation", metrics["n_val"]},
                            {"fitted", metrics["n_fitted"]},
                            {"unreadable", metrics["unreadable"]}}},
                          {"head", metrics["head"]},
                          {"seed", metrics["seed"]},
                          {"when", when}};
  for (const char* long_list : {"selective", "conformal"}) {
    model[long_list] = std::move(metrics[long_list]);
    metrics.erase(long_list);
  }
  metrics.erase("skipped");
  metrics.erase("layout");
  metrics["groups"].erase("largest");
  model["metrics"] = std::move(metrics);
  return model;
}

nlohmann::json to_json(const Evaluation& e) {
  return {{"accuracy", e.accuracy},
          {"accuracy_low", e.accuracy_low},
          {"accuracy_high", e.accuracy_high},
          {"balanced_accuracy", e.macro_recall},
          {"macro", {{"precision", e.macro_precision}, {"recall", e.macro_recall}, {"f1", e.macro_f1}}},
          {"majority_baseline", e.majority_baseline},
          {"log_loss", e.log_loss},
          {"roc_auc", or_null(e.roc_auc)},
          {"ece", e.ece},
          {"brier", e.brier},
          {"asirra_12", or_null(e.asirra_12)},
          {"confusion", e.confusion},
          {"n_val", e.count}};
}

nlohmann::json to_json(const std::vector<SkippedPhoto>& skipped) {
  auto list = nlohmann::json::array();
  for (const auto& photo : skipped) list.push_back({{"path", photo.path.native()}, {"reason", photo.reason}});
  return list;
}

nlohmann::json library_versions() {
  return {{"pawprint", full_version()}, {"libtorch", TORCH_VERSION}, {"opencv", CV_VERSION}};
}

nlohmann::json describe_classes(const Evaluation& e, const std::vector<std::string>& class_names) {
  auto list = nlohmann::json::array();
  for (size_t c = 0; c < class_names.size(); ++c) {
    const auto& figures = e.per_class[c];
    list.push_back({{"class", class_names[c]},
                    {"support", figures.support},
                    {"predicted", figures.predicted},
                    {"precision", or_null(figures.precision)},
                    {"recall", or_null(figures.recall)},
                    {"f1", figures.f1}});
  }
  return list;
}

}  // namespace pawprint
