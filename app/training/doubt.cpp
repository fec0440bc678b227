#include "app/training/doubt.h"

#include <torch/types.h>

#include <cmath>
#include <cstdio>

#include "app/evaluation/prediction_sets.h"
#include "app/evaluation/selective_prediction.h"
#include "app/report/row_writer.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kLeastFamiliar = 50;  // to learn what is familiar: of fewer, 3 % are none

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * share);
  return text;
}

SelectiveCurve selective_curve_of(const nlohmann::json& json) {
  SelectiveCurve curve{json.at("photos"), {}};
  for (const auto& point : json.at("points")) curve.points.push_back({point.at(0), point.at(1), point.at(2)});
  return curve;
}

// The confidence from which on answers are right as often as promised.
double least_confidence(const nlohmann::json& json, double accuracy) {
  if (!json.contains("selective"))
    throw Error(
        "--abstain: expected a model that knows how its confidence relates to accuracy, got an older one; "
        "train it anew");
  const auto curve = selective_curve_of(json["selective"]);
  if (const auto point = proven_point(curve, accuracy)) return point->confidence;
  const auto missing = photos_missing(curve, accuracy);
  throw Error("--abstain " + percent(accuracy) + ": expected validation photos that prove it, got " +
              std::to_string(curve.photos) + ", which do not; " +
              (missing ? "about " + std::to_string(*missing) + " more would, answered as well as these"
                       : "even the surest answers are not right so often: ask for less"));
}

double set_threshold(const nlohmann::json& json, double coverage) {
  if (!json.contains("conformal"))
    throw Error(
        "--sets: expected a model that keeps the scores of its training photos, got an older one; train it anew");
  ConformalScores scores{json["conformal"].at("photos"), {}};
  for (const auto& rank : json["conformal"].at("ranks")) scores.ranks.emplace_back(rank.at(0), rank.at(1));
  const auto n = static_cast<double>(scores.photos);
  if (coverage * (n + 1) <= n) return conformal_threshold(scores, coverage);
  throw Error("--sets " + percent(coverage) + ": expected at least " +
              std::to_string(static_cast<int64_t>(std::ceil(coverage / (1 - coverage)))) + " training photos, got " +
              std::to_string(scores.photos) + "; ask for less");
}

// In batches: the probabilities of 25,000 photos for 1,000 classes would be 100 MB twice.
at::Tensor source_probabilities(const SourceClassifier& source, const at::Tensor& features) {
  std::vector<at::Tensor> parts;
  for (const auto& some : features.split(1024)) parts.push_back(source.probabilities(some));
  return at::cat(parts);
}

}  // namespace

Doubt::Doubt(const Classifier& classifier, std::optional<double> abstain, std::optional<double> sets) {
  const auto& json = classifier.metadata;
  if (abstain) least_confidence_ = least_confidence(json, *abstain);
  if (sets) set_threshold_ = set_threshold(json, *sets);
  const auto familiar = json.value("familiarity", nlohmann::json());
  if (familiar.is_null()) return;
  familiarity_ = {familiar.at("classes").get<std::vector<int64_t>>(), familiar.at("threshold").get<double>()};
  source_ = SourceClassifier::of(classifier.backbone);
}

std::vector<Note> Doubt::notes(const at::Tensor& features, const std::vector<double>& confidences) const {
  std::vector<Note> notes;
  for (const double confidence : confidences) notes.push_back({confidence < least_confidence_ ? kUnsure : "", ""});
  if (!source_ || notes.empty()) return notes;
  const auto probabilities = source_->probabilities(features);
  const auto scores = familiarity_scores(familiarity_, probabilities), best = probabilities.argmax(1);
  for (size_t i = 0; i < notes.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    if (scores[row].item<double>() >= familiarity_.threshold) continue;
    notes[i].text += std::string(notes[i].text.empty() ? "" : "; ") + kUnfamiliar;
    notes[i].looks_like = source_->class_names()[static_cast<size_t>(best[row].item<int64_t>())];
  }
  return notes;
}

std::vector<int64_t> Doubt::set_of(const std::vector<double>& p) const {
  if (!set_threshold_) return {};
  return prediction_set(p.data(), static_cast<int64_t>(p.size()), *set_threshold_);
}

nlohmann::json describe_selective(const SelectiveCurve& curve) {
  auto points = nlohmann::json::array();
  for (const auto& point : curve.points) points.push_back({point.confidence, point.answered, point.wrong});
  return {{"photos", curve.photos}, {"points", points}};
}

nlohmann::json describe_conformal(const ConformalScores& scores) {
  auto ranks = nlohmann::json::array();
  for (const auto& [rank, score] : scores.ranks) ranks.push_back({rank, score});
  return {{"photos", scores.photos}, {"ranks", ranks}};
}

nlohmann::json describe_familiarity(const Backbone& backbone, const at::Tensor& features) {
  const auto source = SourceClassifier::of(backbone);
  if (!source || features.size(0) < kLeastFamiliar) return nullptr;
  const auto familiarity = fit_familiarity(source_probabilities(*source, features));
  return {{"classes", familiarity.classes}, {"threshold", familiarity.threshold}};
}

}  // namespace pawprint
