#include "app/training/try_inputs.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "app/base/format.h"
#include "app/data/split.h"
#include "app/evaluation/calibration.h"
#include "app/evaluation/metrics.h"
#include "app/training/forward_rate.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kFewestOfClass = 5;
constexpr int64_t kMostPhotos = 2000;  // unless the budget is given: more would hardly change the choice
constexpr double kLeastBudgetS = 15;
constexpr size_t kAllSubsets = 3;  // of more networks only each alone and all together are tried

// A network with something that it may be shown.
struct Candidate {
  size_t network = 0;
  Backbone backbone;
  double cost_s = 0;         // of a photo
  bool own = false;          // as it was trained
  at::Tensor features = {};  // [M,1,D]
};

ShownInput input_of(const Candidate& candidate) {
  const auto& spec = candidate.backbone.preprocess();
  return {candidate.backbone.description().value("name", "?"), spec.fit, spec.crop_px};
}

// What is tried of a network, its own preprocessing first. A whole photo in its own shape is hardly ever worse than the
// same made square, so that is tried only with networks that take squares alone.
std::vector<Candidate> candidates_of(const PreparedNetwork& network, size_t number, const FeatureOptions& options,
                                     const Progress& progress) {
  const PreprocessSpec& own = network.backbone.preprocess();
  std::vector<Candidate> out;
  const auto add = [&](const PreprocessSpec& spec) {
    try {
      const Backbone backbone = network.backbone.with_preprocess(spec);
      const double rate = forward_rate(backbone, options.photos.threads, options.cache.folder, progress);
      out.push_back({number, backbone, 1 / rate, out.empty()});
      return true;
    } catch (const Error&) {  // it does not take that
      return false;
    }
  };
  add(own);
  if (own.fit == Fit::kWhole || add(own.with_fit(Fit::kWhole))) {
    add(own.larger().with_fit(Fit::kWhole));
  } else {
    add(own.with_fit(Fit::kSquash));
    add(own.with_fit(Fit::kPad));
  }
  return out;
}

// As many photos as the budget allows; where those are too few, the dearest candidates are left out. 0: too few even
// so.
int64_t photos_to_try(std::vector<Candidate>& candidates, const FeatureMatrix& rows, const TrialOptions& options) {
  auto all = static_cast<int64_t>(rows.labels.size());
  double own_s = 0;  // of a photo
  for (const auto& candidate : candidates) {
    if (candidate.own) own_s += candidate.cost_s;
  }
  const double features_s = own_s * static_cast<double>(all * options.features.photos.views());
  const double budget_s = options.budget_s.value_or(std::max(kLeastBudgetS, features_s));
  if (!options.budget_s) all = std::min(all, kMostPhotos);
  const int64_t fewest = std::min(all, std::max(kFewestPhotos, kFewestOfClass * rows.classes));
  while (candidates.size() > 1) {
    double seconds = 0;
    for (const auto& candidate : candidates) seconds += candidate.cost_s;
    if (const auto count = static_cast<int64_t>(budget_s / seconds); count >= fewest) return std::min(all, count);
    size_t dearest = 0;
    for (size_t i = 1; i < candidates.size(); ++i) {
      if (!candidates[i].own && (dearest == 0 || candidates[i].cost_s > candidates[dearest].cost_s)) dearest = i;
    }
    if (dearest == 0) break;
    candidates.erase(candidates.begin() + static_cast<int64_t>(dearest));
  }
  return 0;
}

std::vector<int64_t> draw_rows(const std::vector<Photo>& photos, const FeatureMatrix& rows, int64_t count,
                               uint64_t seed) {
  std::vector<std::string> names;
  for (const auto& photo : photos) names.push_back(photo.name);
  return draw_stratified(names, rows.labels, count, seed);
}

// Features of the plain view. A file that has vanished since has features of zero.
//   views: what is computed
void extract(Candidate& candidate, const std::vector<Photo>& photos, const PhotoOptions& views,
             const TrialOptions& options, const std::string& what, const MakeProgress& progress) {
  FeatureOptions features = options.features;
  features.photos = views;
  const auto count = static_cast<int64_t>(photos.size());
  const std::string title = what + ' ' + input_of(candidate).text();
  const FeatureSet set = get_features(candidate.backbone, features, photos, start(progress, title, "photos")).set;
  candidate.features = at::zeros({count, 1, set.features.size(2)});
  candidate.features.index_copy_(0, at::tensor(at::ArrayRef<int64_t>(set.rows), at::kLong),
                                 set.features.narrow(1, 0, 1));
}

// Candidates side by side, and what heads on their features say out of fold.
struct Scores {
  std::vector<std::vector<const Candidate*>> tried;
  std::vector<CandidateScores> scores;
  std::vector<int64_t> fold;  // of the photos that are scored
};

void score(Scores& all, std::vector<const Candidate*> parts, const FeatureMatrix& sample, const HeadOptions& options,
           const Progress& progress) {
  FeatureMatrix rows{{}, sample.labels, sample.group, sample.classes};
  std::vector<at::Tensor> features;
  double cost_s = 0;
  for (const auto* part : parts) {
    features.push_back(part->features);
    if (parts.size() > 1) rows.blocks.push_back(part->features.size(2));
    cost_s += part->cost_s;
  }
  rows.features = at::cat(features, 2);
  const FittedHead fitted = fit_head(rows, options, progress);
  const auto& labels = fitted.out_of_fold.labels;
  auto p = fitted.out_of_fold.logits;
  CandidateScores out;
  out.cost_s = cost_s;
  for (size_t i = 0; i < labels.size(); ++i) {
    double* row = &p[i * static_cast<size_t>(rows.classes)];
    softmax(row, rows.classes, fitted.temperature);
    out.losses.push_back(-std::log(std::max(row[labels[i]], 1e-12)));
    out.correct.push_back(argmax(row, rows.classes) == labels[i]);
  }
  all.fold = fitted.out_of_fold.fold;
  all.scores.push_back(std::move(out));
  all.tried.push_back(std::move(parts));
}

InputChoice choose(const Scores& all, double seconds) {
  InputChoice choice;
  for (const auto& parts : all.tried) {
    TriedInput tried;
    for (const auto* part : parts) tried.inputs.push_back(input_of(*part));
    choice.tried.push_back(std::move(tried));
  }
  choose_input(choice, all.scores, all.fold);
  choice.seconds = seconds;
  return choice;
}

HeadOptions logistic(HeadOptions head) {
  head.kind = HeadKind::kLogistic;
  head.l1 = 0;
  return head;
}

// What one network is best shown: its choice, if there was one, and the candidate.
struct OfNetwork {
  std::optional<InputChoice> choice;
  Candidate best;
};

OfNetwork try_network(const PreparedNetwork& network, size_t number, const std::vector<Photo>& photos,
                      const FeatureMatrix& rows, const TrialOptions& options, const MakeProgress& progress,
                      const Say& say) {
  Stopwatch watch;
  auto candidates = candidates_of(network, number, options.features, start(progress, "measuring the speed", "batches"));
  const Candidate own = candidates.front();
  const int64_t count = photos_to_try(candidates, rows, options);
  if (count < kFewestPhotos) return {std::nullopt, own};
  const auto chosen_rows = draw_rows(photos, rows, count, options.seed);
  const FeatureMatrix sample = rows.select(chosen_rows);
  std::vector<Photo> sampled;
  for (const int64_t row : chosen_rows) sampled.push_back(photos[row]);
  double seconds = 0;
  for (const auto& candidate : candidates) seconds += candidate.cost_s * static_cast<double>(count);
  if (say)
    say("trying " + std::to_string(candidates.size()) + " ways to show " + counted(count, "photo") + " to " +
        input_of(own).network + ", about " + std::to_string(std::lround(seconds)) + " s (--budget)");
  PhotoOptions plain = options.features.photos;
  plain.mirror = false;
  for (auto& candidate : candidates) extract(candidate, sampled, plain, options, "trying", progress);
  const auto cross_validation = start(progress, "cross-validation", "folds");
  Scores all;
  for (const auto& candidate : candidates) score(all, {&candidate}, sample, logistic(options.head), cross_validation);
  if (static_cast<int64_t>(all.fold.size()) < kFewestPhotos) return {std::nullopt, own};  // classes of one group
  InputChoice choice = choose(all, watch.lap("trial"));
  const auto best = candidates[static_cast<size_t>(choice.chosen)];
  return {std::move(choice), best};
}

// Each alone and with the others, on all photos: all features but those of networks that are not chosen are needed
// anyway.
Scores try_together(std::vector<Candidate>& best, const std::vector<Photo>& photos, const FeatureMatrix& rows,
                    const TrialOptions& options, const MakeProgress& progress, const Say& say) {
  double seconds = 0;
  const auto views = static_cast<double>(photos.size()) * static_cast<double>(options.features.photos.views());
  for (const auto& candidate : best) seconds += candidate.cost_s * views;
  if (say)
    say("trying the networks alone and together on all " + counted(static_cast<int64_t>(photos.size()), "photo") +
        ", about " + std::to_string(std::lround(seconds)) + " s; the training needs most of these features, too");
  for (auto& candidate : best) extract(candidate, photos, options.features.photos, options, "features for", progress);
  const auto cross_validation = start(progress, "cross-validation", "folds");
  Scores all;
  for (size_t set = 1; set < size_t{1} << best.size(); ++set) {
    std::vector<const Candidate*> parts;
    for (size_t k = 0; k < best.size(); ++k) {
      if ((set >> k & 1) != 0) parts.push_back(&best[k]);
    }
    if (parts.size() == 1 || parts.size() == best.size() || best.size() <= kAllSubsets)
      score(all, std::move(parts), rows, logistic(options.head), cross_validation);
  }
  return all;
}

}  // namespace

std::optional<ChosenInput> try_inputs(const std::vector<PreparedNetwork>& networks, const std::vector<Photo>& photos,
                                      const FeatureMatrix& rows, const TrialOptions& options,
                                      const MakeProgress& progress, const Say& say) {
  Stopwatch watch;
  std::vector<Candidate> best;
  std::vector<InputChoice> of_networks;
  for (size_t k = 0; k < networks.size(); ++k) {
    auto tried = try_network(networks[k], k, photos, rows, options, progress, say);
    best.push_back(std::move(tried.best));
    if (tried.choice) of_networks.push_back(std::move(*tried.choice));
  }
  if (of_networks.empty()) return std::nullopt;
  if (best.size() == 1) return ChosenInput{std::move(of_networks.front()), {0}, {best.front().backbone.preprocess()}};
  const Scores all = try_together(best, photos, rows, options, progress, say);
  ChosenInput out{choose(all, watch.lap("trial")), {}, {}};
  out.choice.of_networks = std::move(of_networks);
  for (const auto* part : all.tried[static_cast<size_t>(out.choice.chosen)]) {
    out.networks.push_back(part->network);
    out.specs.push_back(part->backbone.preprocess());
  }
  return out;
}

}  // namespace pawprint
