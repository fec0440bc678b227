#include "app/training/finetune.h"

#include <torch/script.h>

#include <ctime>

#include "app/report/validation_csv.h"
#include "app/training/abstention.h"
#include "app/training/describe_training.h"
#include "app/training/learning_curve.h"
#include "app/training/see_photos.h"
#include "models/base/atomic_file.h"
#include "models/base/sha256.h"

namespace pawprint {

namespace {

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}

std::vector<LabeledPrediction> validation_rows(const TrainingPhotos& images, const TrainValSplit& data,
                                               const std::vector<double>& probabilities) {
  const int64_t classes = data.all.classes;
  std::vector<LabeledPrediction> rows;
  for (size_t i = 0; i < data.validation_photos.size(); ++i) {
    const auto begin = probabilities.begin() + static_cast<int64_t>(i) * classes;
    rows.push_back({{images.photos[data.validation_photos[i]].path.native(), {begin, begin + classes}},
                    data.validation.labels[i]});
  }
  return rows;
}

// What is known of the run once its last head is fitted: all but the seconds it took.
TrainingRun finished_run(const FinetuneOptions& options, const TrainingPhotos& images,
                         const std::vector<PreparedNetwork>& networks, const TrainValSplit& data,
                         const FittedHead& fitted, const ValidationFigures& figures, LearningCurve curve) {
  TrainingRun run = describe_training(options, images, networks, data, fitted, figures);
  if (!curve.points.empty()) run.learning_curve = std::move(curve);
  for (const auto& network : networks) {
    if (!run.weights_before.empty()) run.weights_before.append(" "), run.weights_after.append(" ");
    run.weights_before.append(network.weights_before);
    run.weights_after.append(network.backbone.parameter_hash());
  }
  TORCH_CHECK(run.weights_before == run.weights_after, "the frozen backbone changed during training");
  run.detector = find_ood_detector(backbones_of(networks), data.training.features.select(1, 0));
  return run;
}

// Adds model.pt and validation.csv, and to the result what only they know.
void add_model(FileSet& files, const std::vector<PreparedNetwork>& networks, const FittedHead& fitted, const Head& head,
               const at::Tensor& features, FinetuneResult& result) {
  const TrainingRun& run = result.run;
  const auto& class_names = run.measured.class_names;
  Classifier classifier{backbones_of(networks), head, class_names, run.measured.temperature,
                        model_metadata(run, now_utc())};
  if (networks.size() > 1) classifier.feature_mean = features.select(1, 0).mean(0);
  const std::string bytes = classifier_bytes(classifier);
  result.model_sha256 = sha256(bytes).hex();
  files.add("model.pt", bytes);
  files.add("validation.csv", validation_csv(result.rows, class_names));
  classifier.head = fitted.head;
  result.validated = std::move(classifier);
}

}  // namespace

FileSet run_files(const std::filesystem::path& folder) {
  return {folder, {"model.pt", "metrics.json", "validation.csv", kTestPhotosFile, "report.html"}};
}

FinetuneResult finetune(const FinetuneOptions& options, FileSet& files, const MakeProgress& progress, const Say& say) {
  Stopwatch watch;
  const TrainingPhotos images = find_photos(options);
  if (say) say("data: " + images.layout);
  make_output_folder(options.out);  // before the long work: it may turn out not to be writable
  watch.lap("scan");
  auto [networks, choice, set, cache_problem] = see_photos(images, options, progress, say, watch);
  check_unreadable(set, images, options);
  FinetuneResult result;
  result.cache_problem = std::move(cache_problem);
  result.not_found = images.not_found;
  result.photos = static_cast<int64_t>(set.rows.size());
  result.computed = set.computed;
  const TrainValSplit data = split_train_val(images, set, options, start(progress, "groups", "photos"));
  watch.lap("groups");
  const FittedHead fitted = fit_head(data.training, options.head, start(progress, "cross-validation", "folds"));
  watch.lap("fit");
  const ValidationFigures figures = validate_head(data, fitted, options);
  watch.lap("evaluate");
  LearningCurve curve = learning_curve(data.training, data.validation, fitted, options.head);
  watch.lap("learning_curve");
  const Head head = options.refit ? refit_head(data.all, fitted, options.head) : fitted.head;
  watch.lap("refit");
  result.run = finished_run(options, images, networks, data, fitted, figures, std::move(curve));
  result.run.measured.skipped = set.skipped;
  result.run.input_choice = choice;
  result.run.test = measure_test(data.test, head, fitted.temperature, options.seed);
  watch.lap("ood_detector");
  result.rows = validation_rows(images, data, figures.probabilities);
  add_model(files, networks, fitted, head, data.all.features, result);
  if (!data.test.photos.empty()) files.add(kTestPhotosFile, test_photos_csv(data.test, images, options.data));
  watch.lap("save");
  result.run.measured.seconds = watch.seconds();
  result.run.measured.images_per_second = static_cast<double>(result.computed == 0 ? result.photos : result.computed) /
                                          result.run.measured.seconds.at("features");
  files.add("metrics.json", metrics_text(to_json(result.run)));
  return result;
}

}  // namespace pawprint
