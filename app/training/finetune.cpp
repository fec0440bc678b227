#include "app/training/finetune.h"

#include <torch/script.h>

#include <chrono>
#include <ctime>

#include "app/base/option_list.h"
#include "app/training/choose_recipe.h"
#include "app/training/describe_training.h"
#include "app/training/doubt.h"
#include "app/training/learning_curve.h"
#include "app/training/predict.h"
#include "app/training/runtime.h"
#include "app/training/training_photos.h"
#include "models/base/atomic_file.h"

namespace pawprint {

namespace {

// Seconds of each stage, under its name.
class Stopwatch {
 public:
  double lap(const std::string& stage) {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - begun_).count();
    begun_ = now;
    laps_[stage] = seconds;
    total_ += seconds;
    return seconds;
  }
  nlohmann::json json() const {
    auto out = laps_;
    out["total"] = total_;
    return out;
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  nlohmann::json laps_;
  double total_ = 0;
};

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}

std::vector<LabeledRow> validation_rows(const Photos& photos, const Divided& data,
                                        const std::vector<double>& probabilities) {
  const int64_t classes = data.all.classes;
  std::vector<LabeledRow> rows;
  for (size_t i = 0; i < data.validation_photos.size(); ++i) {
    const auto begin = probabilities.begin() + static_cast<int64_t>(i) * classes;
    rows.push_back({{photos.paths[data.validation_photos[i]].native(), {begin, begin + classes}, "ok"},
                    data.validation.labels[i]});
  }
  return rows;
}

// The photos whose features decide how features are computed.
Sample training_sample(const Photos& photos) {
  Sample sample;
  for (size_t i = 0; i < photos.paths.size(); ++i) {
    if (photos.given_validation[i]) continue;
    sample.paths.push_back(photos.paths[i]);
    sample.labels.push_back(photos.labels[i]);
  }
  return sample;
}

// The accuracy that the same head would have shown with shots of one moment on both sides of the split.
std::optional<double> ungrouped_accuracy(const Divided& data, const FittedHead& fitted, const HeadOptions& options) {
  if (data.ungrouped_validation.empty()) return std::nullopt;
  const auto validation = data.all.select(data.ungrouped_validation);
  const Head head = refit_head(data.all.select(data.ungrouped_training), fitted, options);
  const auto p = view_probabilities(validation.features.narrow(1, 0, 1), head, fitted.temperature);
  return evaluate_predictions(p, validation.labels, validation.classes, options.seed).accuracy;
}

// With the head that did not see the validation photos.
void measure(const Divided& data, const FittedHead& fitted, const FinetuneOptions& options, FinetuneResult& result) {
  const auto& validation = data.validation;
  const auto figures = [&](int64_t count, int64_t views, double temperature) {
    const auto rows = validation.part(0, count);
    result.probabilities = view_probabilities(rows.features.narrow(1, 0, views), fitted.head, temperature);
    return evaluate_predictions(result.probabilities, rows.labels, rows.classes, options.seed);
  };
  const auto count = static_cast<int64_t>(validation.labels.size()), views = validation.features.size(1);
  result.with_mirror = figures(count, views, fitted.temperature);
  result.uncalibrated = figures(count, 1, 1);
  if (const int64_t kept = count - data.excluded_validation; data.excluded_validation > 0 && kept > 0)
    result.without_excluded = figures(kept, 1, fitted.temperature);
  result.evaluation = figures(count, 1, fitted.temperature);
  result.ungrouped_accuracy = ungrouped_accuracy(data, fitted, options.head);
}

}  // namespace

FinetuneResult finetune(const FinetuneOptions& options, const MakeProgress& make_progress, const Say& say) {
  const auto progress = [&](const char* what, const char* unit) {
    return make_progress ? make_progress(what, unit) : Progress();
  };
  Stopwatch watch;
  const Device device = resolve_device(options.device);
  const Photos photos = find_photos(options);
  if (say) say(photos.layout);
  make_output_folder(options.out);  // before the long work: it may turn out not to be writable
  watch.lap("scan");
  const Backbone loaded = Backbone::load(options.backbone, device, options.image_size_px);
  const std::string hash_before = loaded.parameter_hash();
  const PreprocessSpec spec =
      options.image_size_px == 0 ? loaded.preprocess() : loaded.preprocess().with_crop(options.image_size_px);
  watch.lap("load_backbone");

  const RecipeChoice choice = decide_recipe(loaded, spec, training_sample(photos), options.photos, options.cache.folder,
                                            options.precision, device);
  const Backbone& backbone = choice.backbone;
  give_back_freed_memory();
  watch.lap("choose_recipe");

  std::optional<FeatureCache> cache;
  if (options.cache.features && !options.cache.folder.empty())
    cache.emplace(options.cache, feature_kind(backbone, spec, options.photos));
  FeatureSet set = extract_features(photos.paths, backbone, spec, options.photos, cache ? &*cache : nullptr,
                                    progress("features", "photos"));
  const double images_per_second = static_cast<double>(set.rows.size()) / watch.lap("features");
  give_back_freed_memory();
  leave_out_unreadable(set, photos);
  check_unreadable(set, photos, options);
  FinetuneResult result;
  result.skipped = set.skipped;
  result.not_found = photos.not_found;
  result.photos = static_cast<int64_t>(set.rows.size());
  result.computed = set.computed;
  if (cache) result.cache_problem = cache->problem();
  const Divided data = divide(photos, std::move(set), options, progress("groups", "photos"));
  watch.lap("groups");

  const FittedHead fitted = fit_head(data.training, options.head, progress("cross-validation", "folds"));
  watch.lap("fit");
  measure(data, fitted, options, result);
  watch.lap("evaluate");
  const LearningCurve curve = learning_curve(data.training, data.validation, fitted, options.head);
  watch.lap("learning_curve");
  const Head head = options.refit ? refit_head(data.all, fitted, options.head) : fitted.head;
  watch.lap("refit");
  result.test = measure_test(data.test, head, fitted.temperature, options.seed);

  const std::string hash_after = backbone.parameter_hash();
  TORCH_CHECK(hash_before == hash_after, "the frozen backbone changed during training");
  nlohmann::json metrics = describe_training(options, photos, data, fitted, result);
  metrics["test"] = describe_test(result.test, photos.class_names);
  metrics["learning_curve"] = to_json(curve);
  metrics["freeze"] = {{"before", hash_before}, {"after", hash_after}, {"equal", true}};
  metrics["backbone"] = {{"name", backbone.description().value("name", "")}, {"id", backbone.id()}};
  metrics["preprocess"] = to_json(spec);
  metrics["recipe"] = choice.facts;
  metrics["familiarity"] = describe_familiarity(backbone, data.training.features.select(1, 0));
  watch.lap("doubt");
  const Classifier classifier{backbone,           head, photos.class_names,
                              fitted.temperature, spec, describe_model(metrics, now_utc())};
  save_classifier(classifier, options.out / "model.pt");
  result.rows = validation_rows(photos, data, result.probabilities);
  result.validated.emplace(classifier).head = fitted.head;
  write_file(options.out / "validation.csv", validation_csv(result.rows, photos.class_names));
  write_test_photos(options.out, data.test, photos, options.data);
  watch.lap("save");
  metrics["options"] = OptionList(options).json();
  metrics["images_per_second"] = images_per_second;
  metrics["seconds"] = watch.json();
  write_file(options.out / "metrics.json",
             metrics.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  result.metrics = std::move(metrics);
  return result;
}

}  // namespace pawprint
