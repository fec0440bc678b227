#include "app/training/evaluate.h"

#include <torch/script.h>

#include "app/base/stopwatch.h"
#include "app/data/labeled_images.h"
#include "app/evaluation/cautions.h"
#include "app/report/validation_csv.h"
#include "app/training/describe_training.h"
#include "app/training/predict.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// With the model's classes; `layout` says which part is measured, too.
LabeledImages find_labeled(const EvaluateOptions& options, const Classifier& classifier) {
  DatasetOptions form = options.dataset;
  if (options.out) form.walk.leave_out = *options.out;
  const Dataset dataset = load_dataset(options.data, form);
  LabeledImages images =
      with_classes(evaluation_part(dataset), classifier.class_names, options.renames, in_quotes(options.data.native()));
  images.layout = dataset.layout + "; measured: " + evaluation_part_name(dataset);
  images.photos = draw_photos(std::move(images.photos), options.limit, options.seed);
  return images;
}

std::vector<LabeledPrediction> predict_all(const std::vector<Photo>& photos, const Classifier& classifier,
                                           const PhotoOptions& options, const Progress& progress) {
  std::vector<LabeledPrediction> rows;
  size_t taken = 0;
  const auto next = [&]() -> std::optional<FoundPhoto> {
    if (taken == photos.size()) return std::nullopt;
    return FoundPhoto{photos[taken++].path, ""};
  };
  predict_photos(next, classifier, options, nullptr, [&](const Prediction& prediction) {
    rows.push_back({prediction, photos[rows.size()].label});
    if (progress) progress(static_cast<int64_t>(rows.size()), static_cast<int64_t>(photos.size()));
  });
  return rows;
}

Measurement measure(const EvaluateOptions& options, const Classifier& classifier, const LabeledImages& images,
                    const std::vector<LabeledPrediction>& rows) {
  Measurement measured{.class_names = classifier.class_names,
                       .ignored_files = images.ignored,
                       .layout = images.layout,
                       .temperature = classifier.temperature,
                       .seed = options.seed,
                       .versions = library_versions()};
  for (const auto& backbone : classifier.backbones)
    measured.networks.push_back(used_network(backbone, {.config = backbone.config()}));
  std::vector<double> probabilities;
  std::vector<int64_t> labels;
  for (const auto& [prediction, label] : rows) {
    if (!prediction.error.empty()) {
      measured.skipped.push_back({prediction.path, prediction.error});
      continue;
    }
    probabilities.insert(probabilities.end(), prediction.probabilities.begin(), prediction.probabilities.end());
    labels.push_back(label);
  }
  if (labels.empty()) throw Error(in_quotes(options.data.native()) + ": expected photos that can be read, got none");
  measured.evaluation =
      evaluate_predictions(probabilities, labels, static_cast<int64_t>(measured.class_names.size()), options.seed);
  measured.cautions = cautions(measured.evaluation, measured.class_names, {});
  return measured;
}

void add_files(FileSet& files, const EvaluateResult& result, bool tta) {
  nlohmann::json metrics = to_json(result.measured);
  metrics["tta"] = tta;
  metrics["n_train"] = result.training.n_train ? nlohmann::json(*result.training.n_train) : nlohmann::json();
  metrics["l2"] = result.training.l2 ? nlohmann::json(*result.training.l2) : nlohmann::json();
  files.add("metrics.json", metrics_text(metrics));
  files.add("validation.csv", validation_csv(result.rows, result.measured.class_names));
}

}  // namespace

FileSet evaluation_files(const std::filesystem::path& folder) {
  return {folder, {"metrics.json", "validation.csv", "report.html"}};
}

EvaluateResult evaluate_model(const EvaluateOptions& options, FileSet* files, const Progress& progress,
                              const Say& say) {
  const Classifier classifier =
      Classifier::load(options.model, resolve_device(options.network.device), options.network.precision);
  const LabeledImages images = find_labeled(options, classifier);
  if (say) say("data: " + images.layout);
  if (options.out) make_output_folder(*options.out);
  EvaluateResult result;
  Stopwatch watch;
  result.rows = predict_all(images.photos, classifier, options.photos, progress);
  const double seconds = watch.lap("predict");
  result.measured = measure(options, classifier, images, result.rows);
  result.measured.seconds = {{"total", seconds}};
  result.measured.images_per_second = static_cast<double>(result.measured.evaluation.count) / seconds;
  result.training = training_run_of(classifier.metadata);
  if (files != nullptr) add_files(*files, result, options.photos.mirror);
  result.classifier = classifier;
  return result;
}

}  // namespace pawprint
