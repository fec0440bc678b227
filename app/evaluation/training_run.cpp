#include "app/evaluation/training_run.h"

#include <algorithm>

#include "app/evaluation/json_fields.h"

namespace pawprint {

template <class V>
void fields(V& v, SkippedPhoto& photo) {
  v.field("path", photo.path);
  v.field("reason", photo.reason);
}

template <class V>
void fields(V& v, LearningPoint& point) {
  v.field("photos", point.photos);
  v.field("accuracy", point.accuracy);
  v.field("low", point.low);
  v.field("high", point.high);
  v.field("repeats", point.repeats);
}

template <class V>
void fields(V& v, LearningCurve& curve) {
  v.field("points", curve.points);
  v.field("l2", curve.l2);
  v.field("same_head", curve.same_head);
  v.object("last_doubling", [&](auto& inner) {
    inner.field("gain", curve.gain);
    inner.field("low", curve.gain_low);
    inner.field("high", curve.gain_high);
  });
}

template <class V>
void fields(V& v, CvPoint& point) {
  v.field("l2", point.l2);
  v.field("log_loss", point.loss);
  v.field("standard_error", point.standard_error);
}

template <class V>
void fields(V& v, HeadFacts& head) {
  v.needed_field("kind", head.kind);
  v.field("class_weights", head.class_weights);
  if (head.kind == HeadKind::kLogistic) {
    v.field("l2", head.l2);
    v.field("l1", head.l1);
    v.field_if_any("path", head.path);
    v.field_if_any("block_scale", head.block_scale);
    return;
  }
  v.field("hidden", head.hidden);
  v.field("dropout", head.dropout);
  v.field("weight_decay", head.weight_decay);
  v.field("epochs", head.epochs);
  v.field("training_loss", head.training_loss);
  v.field("stopping_loss", head.stopping_loss);
}

template <class V>
void fields(V& v, GroupFigures& groups) {
  v.field("groups", groups.groups);
  v.field("photos", groups.photos);
  v.field("alike", groups.alike);
  v.field("same_moment", groups.same_moment);
  v.field("named", groups.named);
  v.field("timed", groups.timed);
  v.field("too_alike", groups.too_alike);
  v.field_if_any("largest", groups.largest);
  v.field("relatives_left_out", groups.relatives_left_out);
  v.field("relatives_trained_on", groups.relatives_trained_on);
  v.field("accuracy_ungrouped", groups.accuracy_ungrouped);
}

template <class V>
void fields(V& v, Calibration& calibration) {
  v.field("log_loss_before", calibration.log_loss_before);
  v.field("log_loss_after", calibration.log_loss_after);
  v.field("ece_before", calibration.ece_before);
  v.field("ece_after", calibration.ece_after);
}

static nlohmann::json json_of(SelectivePoint& point) { return {point.confidence, point.answered, point.wrong}; }
static void from_field(const nlohmann::json& json, SelectivePoint& point) {
  from_field(json.at(0), point.confidence);
  from_field(json.at(1), point.answered);
  from_field(json.at(2), point.wrong);
}

template <class V>
void fields(V& v, SelectiveCurve& curve) {
  v.field("photos", curve.photos);
  v.field("points", curve.points);
}

template <class V>
void fields(V& v, ConformalScores& scores) {
  v.field("photos", scores.photos);
  v.field("ranks", scores.ranks);
}

template <class V>
void fields(V& v, OodDetector& detector) {
  v.field("classes", detector.classes);
  v.field("threshold", detector.threshold);
}

template <class V>
void fields(V& v, ChosenInference& chosen) {
  if constexpr (V::kReads) {
    chosen.config = inference_config_from_json(v.json, "recipe");
  } else {
    v.json.update(to_json(chosen.config));
  }
  v.field_if_any("photos_tried", chosen.photos_tried);
  v.field_if_any("forward_per_second", chosen.forward_per_second);
  v.field_if_any("median_cosine", chosen.median_cosine);
  v.field_if_any("head_agreement", chosen.head_agreement);
  v.field_if_any("largest_difference", chosen.largest_difference);
}

constexpr int64_t kMaxCount = 1'000'000'000'000;  // photos in a cell: sums of millions of them have 64 bits

template <class V>
void fields(V& v, Evaluation& e) {
  v.field("n_val", e.count);
  v.field("accuracy", e.accuracy);
  v.field("accuracy_low", e.accuracy_low);
  v.field("accuracy_high", e.accuracy_high);
  v.field("balanced_accuracy", e.macro_recall);
  v.object("macro", [&](auto& macro) {
    macro.field("precision", e.macro_precision);
    macro.field("recall", e.macro_recall);
    macro.field("f1", e.macro_f1);
  });
  v.field("majority_baseline", e.majority_baseline);
  v.field("log_loss", e.log_loss);
  v.field("roc_auc", e.roc_auc);
  v.field("ece", e.ece);
  v.field("brier", e.brier);
  if constexpr (V::kReads) v.field("asirra_12", e.challenge_12);  // its name in older files
  v.field("challenge_12", e.challenge_12);
  v.field("confusion", e.confusion);
  if constexpr (V::kReads) {
    const auto is_count = [](int64_t cell) { return cell >= 0 && cell <= kMaxCount; };
    const auto is_wrong = [&](const auto& row) {
      return row.size() != e.confusion.size() || !std::all_of(row.begin(), row.end(), is_count);
    };
    if (std::any_of(e.confusion.begin(), e.confusion.end(), is_wrong)) e.confusion.clear();
    for (size_t c = 0; c < e.confusion.size(); ++c) e.correct += e.confusion[c][c];
    e.per_class = class_figures(e.confusion);
  }
}

// Each class's figures with its name.
static nlohmann::json per_class_json(const Evaluation& evaluation, const std::vector<std::string>& class_names) {
  auto list = nlohmann::json::array();
  for (size_t c = 0; c < std::min(class_names.size(), evaluation.per_class.size()); ++c) {
    auto figures = evaluation.per_class[c];
    list.push_back({{"class", class_names[c]},
                    {"support", figures.support},
                    {"predicted", figures.predicted},
                    {"precision", json_of(figures.precision)},
                    {"recall", json_of(figures.recall)},
                    {"f1", figures.f1}});
  }
  return list;
}

static nlohmann::json json_of(PreprocessSpec& spec) { return to_json(spec); }
static void from_field(const nlohmann::json& json, PreprocessSpec& spec) {
  spec = preprocess_from_json(json, "preprocess");
}

template <class V>
void fields(V& v, UsedNetwork& network) {
  v.object("backbone", [&](auto& backbone) {
    backbone.field("name", network.name);
    backbone.field("id", network.id);
  });
  v.field("preprocess", network.preprocess);
  v.field("recipe", network.config);
}

static nlohmann::json json_of(InputChoice& choice) { return to_json(choice); }
static void from_field(const nlohmann::json& json, InputChoice& choice) { choice = input_choice_from_json(json); }

template <class V>
void fields(V& v, Measurement& measured) {
  fields(v, measured.evaluation);
  v.field("classes", measured.class_names);
  if constexpr (!V::kReads) {
    v.json["per_class"] = per_class_json(measured.evaluation, measured.class_names);
    v.json["unreadable"] = measured.skipped.size();
  }
  v.field("cautions", measured.cautions);
  v.field("skipped", measured.skipped);
  v.field("ignored_files", measured.ignored_files);
  v.field("layout", measured.layout);
  v.field("temperature", measured.temperature);
  auto& networks = measured.networks;  // the first one's fields are the object's own
  if (V::kReads || networks.empty()) networks.resize(1);
  fields(v, networks.front());
  std::vector<UsedNetwork> others(networks.begin() + 1, networks.end());
  v.field_if_any("other_backbones", others);
  networks.resize(1);
  networks.insert(networks.end(), others.begin(), others.end());
  v.field("seed", measured.seed);
  v.field("versions", measured.versions);
  v.field("images_per_second", measured.images_per_second);
  v.field("seconds", measured.seconds);
}

// Named as the figures of the validation photos, with `n_test` for `n_val`.
template <class V>
void fields(V& v, TestFigures& test) {
  fields(v, test.evaluation);
  v.field("n_test", test.evaluation.count);
  v.field("accuracy_tta", test.accuracy_tta);
  if constexpr (!V::kReads) v.json.erase("n_val");
}

template <class V>
void fields(V& v, TrainingRun& run) {
  fields(v, run.measured);
  v.field("accuracy_tta", run.accuracy_tta);
  v.field("accuracy_without_excluded", run.accuracy_without_excluded);
  v.field("accuracy_original_labels", run.accuracy_original_labels);
  v.field("test", run.test);
  if constexpr (!V::kReads) {
    if (run.test) v.json["test"]["per_class"] = per_class_json(run.test->evaluation, run.measured.class_names);
  }
  v.field("n_train", run.n_train);
  v.field("n_fitted", run.n_fitted);
  v.field("n_train_of_class", run.n_train_of_class);
  v.field("duplicates_left_out", run.duplicates_left_out);
  v.field("excluded", run.excluded);
  v.field("excluded_validation", run.excluded_validation);
  v.field("relabeled", run.relabeled);
  v.field("relabeled_validation", run.relabeled_validation);
  v.field("groups", run.groups);
  v.object("calibration", [&](auto& calibration) {
    calibration.field("temperature", run.measured.temperature);
    calibration.field("photos", run.calibration_photos);
    calibration.field("out_of_fold", run.out_of_fold);
    calibration.field("validation", run.on_validation);
  });
  v.field("selective", run.selective);
  v.field("conformal", run.conformal);
  v.field("familiarity", run.detector);
  v.field("l2", run.l2);
  v.field("head", run.head);
  v.field("learning_curve", run.learning_curve);
  v.object("freeze", [&](auto& freeze) {
    freeze.field("before", run.weights_before);
    freeze.field("after", run.weights_after);
    bool equal = run.weights_before == run.weights_after;
    freeze.field("equal", equal);
  });
  v.field("photos_sha256", run.photos_sha256);
  v.field_if_any("input_choice", run.input_choice);
  v.field("options", run.options);
}

std::string Measurement::network_names() const {
  std::string names;
  for (const auto& network : networks) names += (names.empty() ? "" : " + ") + network.name;
  return names;
}

nlohmann::json to_json(TrainingRun run) { return json_of(run); }
nlohmann::json to_json(Measurement measured) { return json_of(measured); }
nlohmann::json to_json(ChosenInference config) { return json_of(config); }

TrainingRun training_run_from_json(const nlohmann::json& json) {
  TrainingRun run;
  if (json.is_object()) from_field(json, run);
  return run;
}

std::optional<ChosenInference> chosen_inference_from_json(const nlohmann::json& json) {
  try {
    ChosenInference chosen;
    from_field(json, chosen);
    return chosen;
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

nlohmann::json model_metadata(const TrainingRun& run, const std::string& when) {
  nlohmann::json metrics = to_json(run);
  nlohmann::json model = {{"familiarity", metrics["familiarity"]},
                          {"counts",
                           {{"training", metrics["n_train"]},
                            {"validation", metrics["n_val"]},
                            {"fitted", metrics["n_fitted"]},
                            {"unreadable", metrics["unreadable"]}}},
                          {"head", metrics["head"]},
                          {"seed", metrics["seed"]},
                          {"when", when}};
  for (const char* key : {"selective", "conformal"}) {  // long ones
    model[key] = std::move(metrics[key]);
    metrics.erase(key);
  }
  for (const char* key : {"skipped", "layout", "options", "images_per_second", "seconds"}) metrics.erase(key);
  metrics["groups"].erase("largest");
  model["metrics"] = std::move(metrics);
  return model;
}

TrainingRun training_run_of(const nlohmann::json& model_metadata) {
  auto json = model_metadata.value("metrics", nlohmann::json::object());
  if (!json.is_object()) json = nlohmann::json::object();
  for (const char* key : {"selective", "conformal", "familiarity"}) {
    if (model_metadata.contains(key)) json[key] = model_metadata[key];
  }
  return training_run_from_json(json);
}

std::string metrics_text(const nlohmann::json& json) {
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace pawprint
