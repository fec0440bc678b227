#include "app/training/finetune.h"

#include <torch/script.h>
#include <torch/version.h>

#include <chrono>
#include <ctime>
#include <opencv2/core/version.hpp>

#include "app/training/choose_recipe.h"
#include "app/training/doubt.h"
#include "app/training/learning_curve.h"
#include "app/training/predict.h"
#include "app/training/runtime.h"
#include "app/training/training_photos.h"
#include "models/atomic_file.h"

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

// All of metrics.json that does not depend on the clock, the backbone aside.
nlohmann::json describe_training(const FinetuneOptions& options, const Photos& photos, const Divided& data,
                                 const FittedHead& fitted, const FinetuneResult& result) {
  nlohmann::json metrics = to_json(result.evaluation);
  metrics["accuracy_tta"] = result.with_mirror.accuracy;
  metrics["classes"] = photos.class_names;
  metrics["n_train"] = data.training.labels.size();
  std::vector<int64_t> of_class(photos.class_names.size());
  for (const int64_t label : data.training.labels) ++of_class[label];
  metrics["n_train_of_class"] = of_class;
  metrics["n_fitted"] = (options.refit ? data.all : data.training).labels.size();
  metrics["unreadable"] = result.skipped.size();
  metrics["skipped"] = to_json(result.skipped);
  metrics["ignored_files"] = photos.ignored;
  metrics["duplicates_left_out"] = data.leaked;
  metrics["excluded"] = photos.excluded;
  metrics["l2"] = fitted.l2;
  metrics["temperature"] = fitted.temperature;
  metrics["head"] = fitted.facts;
  metrics["seed"] = options.seed;
  metrics["photos_sha256"] = digest(data, photos.class_names);
  metrics["versions"] = library_versions();
  return metrics;
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

// What pawprint.json says of the training. Names of files are nobody's business who gets the model.
nlohmann::json describe_model(nlohmann::json metrics) {
  metrics.erase("skipped");
  return {{"abstention", metrics["abstention"]},
          {"familiarity", metrics["familiarity"]},
          {"counts",
           {{"training", metrics["n_train"]},
            {"validation", metrics["n_val"]},
            {"fitted", metrics["n_fitted"]},
            {"unreadable", metrics["unreadable"]}}},
          {"head", metrics["head"]},
          {"metrics", metrics},
          {"seed", metrics["seed"]},
          {"when", now_utc()}};
}

}  // namespace

nlohmann::json to_json(const Evaluation& e) {
  const auto optional = [](const std::optional<double>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
  };
  return {{"accuracy", e.accuracy},
          {"accuracy_low", e.accuracy_low},
          {"accuracy_high", e.accuracy_high},
          {"balanced_accuracy", e.balanced_accuracy},
          {"log_loss", e.log_loss},
          {"roc_auc", optional(e.roc_auc)},
          {"ece", e.ece},
          {"brier", e.brier},
          {"asirra_12", optional(e.asirra_12)},
          {"confusion", e.confusion},
          {"n_val", e.count}};
}

nlohmann::json to_json(const std::vector<SkippedPhoto>& skipped) {
  auto list = nlohmann::json::array();
  for (const auto& photo : skipped) list.push_back({{"path", photo.path.native()}, {"reason", photo.reason}});
  return list;
}

nlohmann::json library_versions() { return {{"libtorch", TORCH_VERSION}, {"opencv", CV_VERSION}}; }

FinetuneResult finetune(const FinetuneOptions& options, const MakeProgress& make_progress) {
  const auto progress = [&](const char* what, const char* unit) {
    return make_progress ? make_progress(what, unit) : Progress();
  };
  Stopwatch watch;
  const std::string device = resolve_device(options.device);
  const Photos photos = find_photos(options);
  make_output_folder(options.out);  // before the long work: it may turn out not to be writable
  watch.lap("scan");
  const Backbone loaded = Backbone::load(options.backbone, device);
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
  check_unreadable(set, photos, options);
  FinetuneResult result;
  result.skipped = set.skipped;
  result.not_found = photos.not_found;
  result.photos = static_cast<int64_t>(set.rows.size());
  result.computed = set.computed;
  if (cache) result.cache_problem = cache->problem();
  const Divided data = divide(photos, std::move(set), options);

  const FittedHead fitted = fit_head(data.training, options.head, progress("cross-validation", "folds"));
  watch.lap("fit");
  const auto plain = view_probabilities(data.validation.features.narrow(1, 0, 1), fitted.head, fitted.temperature);
  const auto averaged = view_probabilities(data.validation.features, fitted.head, fitted.temperature);
  result.evaluation = evaluate_predictions(plain, data.validation.labels, data.all.classes, options.seed);
  result.with_mirror = evaluate_predictions(averaged, data.validation.labels, data.all.classes, options.seed);
  watch.lap("evaluate");
  const LearningCurve curve = learning_curve(data.training, data.validation, fitted, options.head);
  watch.lap("learning_curve");
  const Head head = options.refit ? refit_head(data.all, fitted, options.head) : fitted.head;
  watch.lap("refit");

  const std::string hash_after = backbone.parameter_hash();
  TORCH_CHECK(hash_before == hash_after, "the frozen backbone changed during training");
  nlohmann::json metrics = describe_training(options, photos, data, fitted, result);
  metrics["learning_curve"] = to_json(curve);
  metrics["freeze"] = {{"before", hash_before}, {"after", hash_after}, {"equal", true}};
  metrics["backbone"] = {{"name", backbone.description().value("name", "")}, {"id", backbone.id()}};
  metrics["preprocess"] = to_json(spec);
  metrics["recipe"] = choice.facts;
  metrics.update(
      describe_doubt(backbone, data.training.features.select(1, 0), plain, data.validation.labels, data.all.classes));
  watch.lap("doubt");
  const Classifier classifier{backbone, head, photos.class_names, fitted.temperature, spec, describe_model(metrics)};
  save_classifier(classifier, options.out / "model.pt");
  result.rows = validation_rows(photos, data, plain);
  result.validated.emplace(classifier).head = fitted.head;
  write_file(options.out / "validation.csv", validation_csv(result.rows, photos.class_names));
  watch.lap("save");
  metrics["images_per_second"] = images_per_second;
  metrics["seconds"] = watch.json();
  write_file(options.out / "metrics.json",
             metrics.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  result.metrics = std::move(metrics);
  return result;
}

}  // namespace pawprint
