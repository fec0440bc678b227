#include "app/training/evaluate.h"

#include <torch/script.h>

#include <chrono>

#include "app/data/labeled_images.h"
#include "app/data/split.h"
#include "app/evaluation/cautions.h"
#include "app/training/describe_training.h"
#include "app/training/predict.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

struct LabeledPart {
  LabeledImages images;
  std::string layout;  // what was taken for what, and which part is measured
};

LabeledPart find_labeled(const EvaluateOptions& options, const Classifier& classifier) {
  DatasetOptions form = options.dataset;
  if (options.out) form.leave_out = *options.out;
  const Dataset dataset = load_dataset(options.data, form);
  const LabeledImages images =
      with_classes(evaluation_part(dataset), classifier.class_names, options.renames, in_quotes(options.data.native()));
  const std::string layout = dataset.layout + "; measured: " + evaluation_part_name(dataset);
  if (options.limit <= 0) return {images, layout};
  std::vector<std::string> names;
  for (const auto& path : images.paths) names.push_back(path.native());
  return {select(images, draw_stratified(names, images.labels, options.limit, options.seed)), layout};
}

nlohmann::json describe_evaluation(const EvaluateOptions& options, const Classifier& classifier,
                                   const EvaluateResult& result, double seconds) {
  nlohmann::json metrics = to_json(result.evaluation);
  metrics["classes"] = classifier.class_names;
  for (const char* fact : {"n_train", "l2"})  // of the model's own training
    metrics[fact] = classifier.metadata.value("metrics", nlohmann::json::object()).value(fact, nlohmann::json());
  metrics["per_class"] = describe_classes(result.evaluation, classifier.class_names);
  metrics["cautions"] = cautions(result.evaluation, classifier.class_names, {});
  metrics["unreadable"] = result.skipped.size();
  metrics["skipped"] = to_json(result.skipped);
  metrics["ignored_files"] = result.ignored;
  metrics["temperature"] = classifier.temperature;
  metrics["recipe"] = to_json(classifier.backbone.recipe());
  metrics["tta"] = options.photos.mirror;
  metrics["seed"] = options.seed;
  metrics["versions"] = library_versions();
  metrics["backbone"] = {{"name", classifier.backbone.description().value("name", "")},
                         {"id", classifier.backbone.id()}};
  metrics["images_per_second"] = static_cast<double>(result.evaluation.count) / seconds;
  metrics["seconds"] = {{"total", seconds}};
  return metrics;
}

}  // namespace

EvaluateResult evaluate_model(const EvaluateOptions& options, const Progress& progress, const Say& say) {
  const Classifier classifier = Classifier::load(options.model, resolve_device(options.device), options.precision);
  const auto [images, layout] = find_labeled(options, classifier);
  if (say) say(layout);
  if (options.out) make_output_folder(*options.out);
  const auto classes = static_cast<int64_t>(classifier.class_names.size());
  const auto total = static_cast<int64_t>(images.paths.size());
  EvaluateResult result;
  result.class_names = classifier.class_names;
  result.ignored = images.ignored;
  std::vector<double> probabilities;
  std::vector<int64_t> labels;
  int64_t taken = 0, done = 0;
  const auto begin = std::chrono::steady_clock::now();
  const auto next = [&]() -> std::optional<FoundPhoto> {
    if (taken == total) return std::nullopt;
    return FoundPhoto{images.paths[taken++], ""};
  };
  predict_photos(next, classifier, options.photos, nullptr, [&](const Row& row) {
    const int64_t label = images.labels[done];
    if (row.status == "ok") {
      probabilities.insert(probabilities.end(), row.probabilities.begin(), row.probabilities.end());
      labels.push_back(label);
    } else {
      result.skipped.push_back({images.paths[done], row.status});
    }
    result.rows.push_back({row, label});
    ++done;
    if (progress) progress(done, total);
  });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (labels.empty()) throw Error(in_quotes(options.data.native()) + ": expected photos that can be read, got none");
  result.evaluation = evaluate_predictions(probabilities, labels, classes, options.seed);
  result.metrics = describe_evaluation(options, classifier, result, seconds);
  result.metrics["layout"] = layout;
  if (options.out) {
    write_file(*options.out / "metrics.json",
               result.metrics.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    write_file(*options.out / "validation.csv", validation_csv(result.rows, classifier.class_names));
  }
  result.classifier = classifier;
  return result;
}

}  // namespace pawprint
