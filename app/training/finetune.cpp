#include "app/training/finetune.h"

#include <torch/script.h>

#include <chrono>
#include <ctime>
#include <set>

#include "app/data/split.h"
#include "app/report/validation_csv.h"
#include "app/training/predict.h"
#include "models/atomic_file.h"
#include "models/classifier.h"
#include "models/error.h"

namespace pawprint {

namespace {

// Which photos there are, before any is opened: those of the validation set, where one is given, behind the others.
struct Photos {
  std::vector<std::filesystem::path> paths;
  std::vector<int64_t> labels;
  std::vector<bool> given_validation;
  std::vector<std::string> class_names;
  int64_t ignored = 0;
  bool has_validation = false;

  void append(const LabeledImages& images, bool validation) {
    paths.insert(paths.end(), images.paths.begin(), images.paths.end());
    labels.insert(labels.end(), images.labels.begin(), images.labels.end());
    given_validation.resize(paths.size(), validation);
    ignored += images.ignored;
  }
};

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

void limit_photos(Photos& photos, int64_t limit, uint64_t seed) {
  if (limit <= 0) return;
  std::vector<std::string> names;
  std::vector<int64_t> strata;
  for (size_t i = 0; i < photos.paths.size(); ++i) {
    // Class and file name: the draw does not change when the folder is moved.
    names.push_back(photos.class_names[photos.labels[i]] + '/' + photos.paths[i].filename().native());
    strata.push_back(2 * photos.labels[i] + photos.given_validation[i]);
  }
  Photos kept;
  for (const int64_t i : draw_stratified(names, strata, limit, seed)) {
    kept.paths.push_back(photos.paths[i]);
    kept.labels.push_back(photos.labels[i]);
    kept.given_validation.push_back(photos.given_validation[i]);
  }
  photos.paths = std::move(kept.paths);
  photos.labels = std::move(kept.labels);
  photos.given_validation = std::move(kept.given_validation);
}

Photos find_photos(const FinetuneOptions& options) {
  Dataset dataset = load_dataset(options.data, options.dataset);
  const std::string subject = in_quotes(options.data.native());
  if (options.validation)
    dataset.validation = with_classes(load_labeled_images(*options.validation, options.dataset),
                                      dataset.training.class_names, {}, in_quotes(options.validation->native()));
  check_trainable(dataset.training, subject);
  Photos photos;
  photos.class_names = dataset.training.class_names;
  photos.has_validation = dataset.validation.has_value();
  photos.append(dataset.training, false);
  if (dataset.validation) photos.append(*dataset.validation, true);
  limit_photos(photos, options.limit, options.seed);
  return photos;
}

void check_unreadable(const FeatureSet& set, const Photos& photos, const FinetuneOptions& options) {
  const auto unreadable = static_cast<double>(set.skipped.size()), total = static_cast<double>(photos.paths.size());
  if (unreadable <= options.max_unreadable * total) return;
  std::string list;
  for (size_t i = 0; i < std::min<size_t>(set.skipped.size(), 5); ++i)
    list += "\n  " + in_quotes(set.skipped[i].path.native()) + ": " + set.skipped[i].reason;
  char text[160];
  std::snprintf(text, sizeof text,
                ": expected at most %g %% unreadable photos, got %.0f of %.0f; repair or remove them, or "
                "raise --max-unreadable; the first:",
                100 * options.max_unreadable, unreadable, total);
  throw Error(in_quotes(options.data.native()) + text + list);
}

struct Divided {
  HeadRows all, training, validation;
  std::vector<int64_t> validation_photos;  // index into Photos
  int64_t leaked = 0;  // training photos left out because they stand in the given validation set too
};

Divided divide(const Photos& photos, const FeatureSet& set, const FinetuneOptions& options) {
  Divided out;
  out.all.features = set.features;
  out.all.content = set.content;
  out.all.classes = static_cast<int64_t>(photos.class_names.size());
  LabeledImages readable{{}, {}, photos.class_names, 0};
  std::vector<bool> validation;
  std::set<Sha256> held_out;
  for (size_t i = 0; i < set.rows.size(); ++i) {
    out.all.labels.push_back(photos.labels[set.rows[i]]);
    validation.push_back(photos.given_validation[set.rows[i]]);
    if (validation[i]) held_out.insert(set.content[i]);
    if (!validation[i]) readable.labels.push_back(out.all.labels[i]);
  }
  check_trainable(readable, in_quotes(options.data.native()));
  if (!photos.has_validation)
    validation = validation_split(set.content, out.all.labels, options.validation_fraction, options.seed);
  std::vector<int64_t> training_rows, validation_rows, kept;
  for (int64_t i = 0; i < static_cast<int64_t>(set.rows.size()); ++i) {
    if (validation[i]) {
      validation_rows.push_back(i);
      out.validation_photos.push_back(set.rows[i]);
    } else if (held_out.contains(set.content[i])) {
      ++out.leaked;
      continue;
    } else {
      training_rows.push_back(i);
    }
    kept.push_back(i);
  }
  if (validation_rows.empty() || training_rows.empty())
    throw Error(in_quotes(options.data.native()) + ": expected readable photos for training and for validation, got " +
                std::to_string(training_rows.size()) + " and " + std::to_string(validation_rows.size()));
  out.training = out.all.select(training_rows);
  out.validation = out.all.select(validation_rows);
  if (out.leaked > 0) out.all = out.all.select(kept);
  return out;
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  return text;
}

std::string validation_table(const Photos& photos, const Divided& data, const std::vector<double>& probabilities) {
  const int64_t classes = data.all.classes;
  std::vector<LabeledRow> rows;
  for (size_t i = 0; i < data.validation_photos.size(); ++i) {
    const auto begin = probabilities.begin() + static_cast<int64_t>(i) * classes;
    rows.push_back({{photos.paths[data.validation_photos[i]].native(), {begin, begin + classes}, "ok"},
                    data.validation.labels[i]});
  }
  return validation_csv(rows, photos.class_names);
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

void FinetuneOptions::validate() const {
  if (!(validation_fraction > 0 && validation_fraction < 1))
    throw UsageError("--val-fraction: expected more than 0 and less than 1, got " +
                     std::to_string(validation_fraction));
  if (!(max_unreadable >= 0 && max_unreadable <= 1))
    throw UsageError("--max-unreadable: expected 0 to 1, got " + std::to_string(max_unreadable));
  if (image_size_px != 0 && (image_size_px < 32 || image_size_px > 1024))
    throw UsageError("--image-size: expected 32 to 1024, got " + std::to_string(image_size_px));
  if (limit < 0) throw UsageError("--limit: expected 1 or more, got " + std::to_string(limit));
  if (dataset.labels_csv && dataset.labels_from_name)
    throw UsageError("--labels and --labels-from-name: expected one of them, got both");
  if (dataset.labels_csv && validation)
    throw UsageError("--labels and --val: expected one of them, got both; a table covers one folder");
  head.validate();
  photos.validate();
}

FinetuneResult finetune(const FinetuneOptions& options, const MakeProgress& make_progress) {
  const auto progress = [&](const char* what, const char* unit) {
    return make_progress ? make_progress(what, unit) : Progress();
  };
  make_output_folder(options.out);
  Stopwatch watch;
  const Photos photos = find_photos(options);
  watch.lap("scan");
  const Backbone backbone = Backbone::load(options.backbone, options.device);
  const std::string hash_before = backbone.parameter_hash();
  const PreprocessSpec spec =
      options.image_size_px == 0 ? backbone.preprocess() : backbone.preprocess().with_crop(options.image_size_px);
  watch.lap("load_backbone");

  const FeatureSet set = extract_features(photos.paths, backbone, spec, options.photos, progress("features", "photos"));
  const double images_per_second = static_cast<double>(set.rows.size()) / watch.lap("features");
  check_unreadable(set, photos, options);
  const Divided data = divide(photos, set, options);

  const FittedHead fitted = fit_head(data.training, options.head, progress("cross-validation", "folds"));
  watch.lap("fit");
  const auto plain = view_probabilities(data.validation.features.narrow(1, 0, 1), fitted.head, fitted.temperature);
  const auto averaged = view_probabilities(data.validation.features, fitted.head, fitted.temperature);
  FinetuneResult result;
  result.evaluation = evaluate_predictions(plain, data.validation.labels, data.all.classes, options.seed);
  result.with_mirror = evaluate_predictions(averaged, data.validation.labels, data.all.classes, options.seed);
  result.skipped = set.skipped;
  watch.lap("evaluate");
  const Head head = options.refit ? refit_head(data.all, fitted, options.head) : fitted.head;
  watch.lap("refit");

  const std::string hash_after = backbone.parameter_hash();
  TORCH_CHECK(hash_before == hash_after, "the frozen backbone changed during training");
  nlohmann::json metrics = to_json(result.evaluation);
  metrics["accuracy_tta"] = result.with_mirror.accuracy;
  metrics["classes"] = photos.class_names;
  metrics["n_train"] = data.training.labels.size();
  metrics["n_fitted"] = options.refit ? data.all.labels.size() : data.training.labels.size();
  metrics["unreadable"] = set.skipped.size();
  metrics["skipped"] = to_json(set.skipped);
  metrics["ignored_files"] = photos.ignored;
  metrics["duplicates_left_out"] = data.leaked;
  metrics["l2"] = fitted.l2 ? nlohmann::json(*fitted.l2) : nlohmann::json();
  metrics["temperature"] = fitted.temperature;
  metrics["head"] = fitted.facts;
  metrics["seed"] = options.seed;
  metrics["freeze"] = {{"before", hash_before}, {"after", hash_after}, {"equal", true}};
  metrics["backbone"] = {{"name", backbone.description().value("name", "")}, {"id", backbone.id()}};
  metrics["preprocess"] = to_json(spec);

  nlohmann::json metadata = {{"metrics", metrics}, {"seed", options.seed}, {"when", now_utc()}, {"head", fitted.facts}};
  metadata["metrics"].erase("skipped");  // names of files are nobody's business who gets the model
  metadata["counts"] = {{"training", metrics["n_train"]},
                        {"validation", metrics["n_val"]},
                        {"fitted", metrics["n_fitted"]},
                        {"unreadable", metrics["unreadable"]}};
  save_classifier({backbone, head, photos.class_names, fitted.temperature, spec, metadata}, options.out / "model.pt");
  write_file(options.out / "validation.csv", validation_table(photos, data, plain));
  watch.lap("save");
  metrics["images_per_second"] = images_per_second;
  metrics["seconds"] = watch.json();
  write_file(options.out / "metrics.json",
             metrics.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  result.metrics = std::move(metrics);
  return result;
}

}  // namespace pawprint
