#include "app/evaluation/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <tuple>

#include "app/evaluation/curves.h"

namespace pawprint {

namespace {

void set_averages(Evaluation& e) {
  double classes = 0;
  for (const auto& figures : e.per_class) {
    e.majority_baseline =
        std::max(e.majority_baseline, static_cast<double>(figures.support) / static_cast<double>(e.count));
    if (figures.support == 0) continue;
    ++classes;
    e.macro_precision += figures.precision.value_or(0);
    e.macro_recall += *figures.recall;
    e.macro_f1 += figures.f1;
  }
  e.macro_precision /= classes;
  e.macro_recall /= classes;
  e.macro_f1 /= classes;
}

// The lecture's Asirra: twelve different photos, every one right.
std::optional<double> challenge(const std::vector<bool>& right, uint64_t seed) {
  constexpr int64_t kPhotos = 12, kChallenges = 100'000;
  const auto n = static_cast<int64_t>(right.size());
  if (n < kPhotos) return std::nullopt;
  std::mt19937_64 random(seed);
  int64_t solved = 0;
  int64_t drawn[kPhotos];
  for (int64_t challenge = 0; challenge < kChallenges; ++challenge) {
    bool all_right = true;
    for (int64_t k = 0; k < kPhotos; ++k) {
      do drawn[k] = static_cast<int64_t>(random() % static_cast<uint64_t>(n));
      while (std::find(drawn, drawn + k, drawn[k]) != drawn + k);
      all_right = all_right && right[drawn[k]];
    }
    solved += all_right;
  }
  return static_cast<double>(solved) / kChallenges;
}

std::optional<double> mean_roc_auc(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                   int64_t classes) {
  double sum = 0;
  int64_t count = 0;
  for (int64_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    std::vector<double> scores;
    std::vector<bool> positive;
    for (size_t i = 0; i < labels.size(); ++i) {
      scores.push_back(probabilities[i * classes + c]);
      positive.push_back(labels[i] == c);
    }
    if (const auto area = roc_auc(scores, positive)) sum += *area, ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

}  // namespace

std::vector<ClassFigures> class_figures(const std::vector<std::vector<int64_t>>& confusion) {
  std::vector<ClassFigures> all(confusion.size());
  for (size_t c = 0; c < confusion.size(); ++c) {
    ClassFigures& figures = all[c];
    figures.support = std::accumulate(confusion[c].begin(), confusion[c].end(), int64_t{0});
    for (const auto& row : confusion) figures.predicted += row[c];
    const auto right = static_cast<double>(confusion[c][c]);
    if (figures.predicted > 0) figures.precision = right / static_cast<double>(figures.predicted);
    if (figures.support > 0) figures.recall = right / static_cast<double>(figures.support);
    if (right > 0) figures.f1 = 2 * right / static_cast<double>(figures.support + figures.predicted);
  }
  return all;
}

int64_t argmax(const double* values, int64_t count) { return std::max_element(values, values + count) - values; }

std::optional<double> roc_auc(const std::vector<double>& scores, const std::vector<bool>& positive) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  double below = 0, wins = 0, positives = 0;
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    double tied_positive = 0, tied_negative = 0;
    for (end = begin; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
      (positive[order[end]] ? tied_positive : tied_negative) += 1;
    wins += tied_positive * (below + tied_negative / 2);
    below += tied_negative;
    positives += tied_positive;
  }
  if (positives == 0 || below == 0) return std::nullopt;
  return wins / (positives * below);
}

Evaluation evaluate_predictions(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                int64_t classes, uint64_t seed) {
  Evaluation e;
  e.count = static_cast<int64_t>(labels.size());
  e.confusion.assign(classes, std::vector<int64_t>(classes, 0));
  std::vector<double> confidence;
  std::vector<bool> right;
  for (int64_t i = 0; i < e.count; ++i) {
    const double* p = probabilities.data() + i * classes;
    const int64_t predicted = argmax(p, classes);
    ++e.confusion[labels[i]][predicted];
    confidence.push_back(p[predicted]);
    right.push_back(predicted == labels[i]);
    e.correct += predicted == labels[i];
    e.log_loss -= std::log(std::max(p[labels[i]], 1e-15));
    for (int64_t c = 0; c < classes; ++c) e.brier += std::pow(p[c] - (c == labels[i] ? 1.0 : 0.0), 2) / 2;
  }
  const double n = static_cast<double>(e.count);
  e.accuracy = static_cast<double>(e.correct) / n;
  e.log_loss /= n;
  e.brier /= n;
  std::tie(e.accuracy_low, e.accuracy_high) = wilson_interval(e.accuracy, e.count);
  e.per_class = class_figures(e.confusion);
  set_averages(e);
  e.roc_auc = mean_roc_auc(probabilities, labels, classes);
  e.ece = calibration_error(reliability_bins(confidence, right));
  e.challenge_12 = challenge(right, seed);
  return e;
}

}  // namespace pawprint
