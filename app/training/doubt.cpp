#include "app/training/doubt.h"

#include <torch/types.h>

#include <cstdio>

#include "app/evaluation/abstention.h"
#include "models/error.h"

namespace pawprint {

namespace {

constexpr int64_t kLeastFamiliar = 50;  // to learn what is familiar: of fewer, 3 % are none

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * share);
  return text;
}

double least_confidence(const nlohmann::json& json, double accuracy) {
  std::vector<AbstentionPoint> points;
  for (const auto& point : json.value("abstention", nlohmann::json::array()))
    points.push_back({point.at(0), point.at(1), point.at(2)});
  if (points.empty())
    throw Error(
        "--abstain: expected a model that knows how its confidence relates to accuracy, got an older one; "
        "train it anew");
  const auto point = point_for_accuracy(points, accuracy);
  if (!point)
    throw Error("--abstain: expected an accuracy that the model reached on its validation photos, at most " +
                percent(points.back().accuracy) + " of its most confident answers, got " + percent(accuracy));
  return point->confidence;
}

// In batches: the probabilities of 25,000 photos for 1,000 classes would be 100 MB twice.
at::Tensor source_probabilities(const SourceClassifier& source, const at::Tensor& features) {
  std::vector<at::Tensor> parts;
  for (const auto& some : features.split(1024)) parts.push_back(source.probabilities(some));
  return at::cat(parts);
}

}  // namespace

Doubt::Doubt(const Classifier& classifier, std::optional<double> abstain) {
  const auto& json = classifier.metadata;
  if (abstain) least_confidence_ = least_confidence(json, *abstain);
  const auto familiar = json.value("familiarity", nlohmann::json());
  if (familiar.is_null()) return;
  familiarity_ = {familiar.at("classes").get<std::vector<int64_t>>(), familiar.at("threshold").get<double>()};
  source_ = SourceClassifier::of(classifier.backbone);
}

std::vector<std::string> Doubt::notes(const at::Tensor& features, const std::vector<double>& confidences) const {
  std::vector<std::string> notes;
  for (const double confidence : confidences) notes.push_back(confidence < least_confidence_ ? "unsure" : "");
  if (!source_ || notes.empty()) return notes;
  const auto probabilities = source_->probabilities(features);
  const auto scores = familiarity_scores(familiarity_, probabilities), best = probabilities.argmax(1);
  for (size_t i = 0; i < notes.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    if (scores[row].item<double>() >= familiarity_.threshold) continue;
    if (!notes[i].empty()) notes[i] += "; ";
    notes[i] += "unfamiliar: " + source_->class_names()[static_cast<size_t>(best[row].item<int64_t>())];
  }
  return notes;
}

nlohmann::json describe_doubt(const Backbone& backbone, const at::Tensor& features,
                              const std::vector<double>& validation_probabilities,
                              const std::vector<int64_t>& validation_labels, int64_t classes) {
  nlohmann::json json = {{"abstention", nlohmann::json::array()}, {"familiarity", nullptr}};
  for (const auto& point : abstention_points(validation_probabilities, validation_labels, classes))
    json["abstention"].push_back({point.confidence, point.accuracy, point.answered});
  const auto source = SourceClassifier::of(backbone);
  if (!source || features.size(0) < kLeastFamiliar) return json;
  const auto familiarity = fit_familiarity(source_probabilities(*source, features));
  json["familiarity"] = {{"classes", familiarity.classes}, {"threshold", familiarity.threshold}};
  return json;
}

}  // namespace pawprint
