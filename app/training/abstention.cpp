#include "app/training/abstention.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/evaluation/prediction.h"
#include "app/evaluation/training_run.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kMinOodPhotos = 50;  // to learn what is familiar: of fewer, 3 % are none

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * share);
  return text;
}

// The confidence from which on answers are right as often as promised.
double min_confidence(const std::optional<SelectiveCurve>& curve, double accuracy) {
  if (!curve)
    throw Error(
        "--abstain: expected a model that knows how its confidence relates to accuracy, got an older one; "
        "train it anew");
  if (const auto point = proven_point(*curve, accuracy)) return point->confidence;
  const auto missing = photos_missing(*curve, accuracy);
  throw Error("--abstain " + percent(accuracy) + ": expected validation photos that prove it, got " +
              std::to_string(curve->photos) + ", which do not; " +
              (missing ? "about " + std::to_string(*missing) + " more would, answered as well as these"
                       : "even the surest answers are not right so often: ask for less"));
}

double set_threshold(const std::optional<ConformalScores>& scores, double coverage) {
  if (!scores)
    throw Error(
        "--sets: expected a model that keeps the scores of its training photos, got an older one; train it anew");
  const auto n = static_cast<double>(scores->photos);
  if (coverage * (n + 1) <= n) return conformal_threshold(*scores, coverage);
  throw Error("--sets " + percent(coverage) + ": expected at least " +
              std::to_string(static_cast<int64_t>(std::ceil(coverage / (1 - coverage)))) + " training photos, got " +
              std::to_string(scores->photos) + "; ask for less");
}

// In batches: the probabilities of 25,000 photos for 1,000 classes would be 100 MB twice.
at::Tensor source_probabilities(const Source& source, const at::Tensor& features) {
  std::vector<at::Tensor> parts;
  for (const auto& some : features.split(1024)) parts.push_back(source.probabilities(some));
  return at::cat(parts);
}

}  // namespace

std::optional<Source> Source::of(const std::vector<Backbone>& backbones) {
  int64_t begin = 0;
  for (const auto& backbone : backbones) {
    if (auto classifier = SourceClassifier::of(backbone))
      return Source{std::move(*classifier), begin, backbone.feature_dim()};
    begin += backbone.feature_dim();
  }
  return std::nullopt;
}

at::Tensor Source::probabilities(const at::Tensor& features) const {
  return classifier.probabilities(features.narrow(1, begin, count));
}

Abstention::Abstention(const Classifier& classifier, std::optional<double> abstain, std::optional<double> sets) {
  const TrainingRun run = training_run_of(classifier.metadata);
  if (abstain) min_confidence_ = min_confidence(run.selective, *abstain);
  if (sets) set_threshold_ = set_threshold(run.conformal, *sets);
  if (!run.detector) return;
  detector_ = *run.detector;
  source_ = Source::of(classifier.backbones);
  if (!source_) return;
  const auto unknown = [count = static_cast<int64_t>(source_->classifier.class_names().size())](int64_t c) {
    return c < 0 || c >= count;
  };
  if (std::any_of(detector_.classes.begin(), detector_.classes.end(), unknown) || !std::isfinite(detector_.threshold))
    throw Error("model: expected what is familiar to be classes of its backbone, got others; train it anew");
}

std::vector<Note> Abstention::notes(const at::Tensor& features, const std::vector<double>& confidences) const {
  std::vector<Note> notes;
  for (const double confidence : confidences) notes.push_back({confidence < min_confidence_ ? kUnsure : "", ""});
  if (!source_ || notes.empty()) return notes;
  const auto probabilities = source_->probabilities(features);
  const auto scores = ood_scores(detector_, probabilities), best = probabilities.argmax(1);
  for (size_t i = 0; i < notes.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    if (scores[row].item<double>() >= detector_.threshold) continue;
    notes[i].text += std::string(notes[i].text.empty() ? "" : "; ") + kUnfamiliar;
    notes[i].looks_like = source_->classifier.class_names()[static_cast<size_t>(best[row].item<int64_t>())];
  }
  return notes;
}

std::vector<int64_t> Abstention::set_of(const std::vector<double>& p) const {
  if (!set_threshold_) return {};
  return prediction_set(p.data(), static_cast<int64_t>(p.size()), *set_threshold_);
}

std::optional<OodDetector> find_ood_detector(const std::vector<Backbone>& backbones, const at::Tensor& features) {
  const auto source = Source::of(backbones);
  if (!source || features.size(0) < kMinOodPhotos) return std::nullopt;
  return fit_ood_detector(source_probabilities(*source, features));
}

}  // namespace pawprint
