#include "app/evaluation/curves.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/evaluation/calibration.h"

namespace pawprint {

namespace {

constexpr int64_t kBins = 15;

std::vector<size_t> highest_first(const std::vector<double>& scores) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  return order;
}

// Calls step(true among them, all of them) for the cases that score highest, after each group of equal scores.
template <class Step>
void each_step(const std::vector<double>& scores, const std::vector<bool>& positive, Step step) {
  const auto order = highest_first(scores);
  double hits = 0;
  for (size_t begin = 0, end; begin < order.size(); begin = end) {
    for (end = begin; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end)
      hits += positive[order[end]];
    step(hits, static_cast<double>(end), scores[order[begin]]);
  }
}

double value_at(const std::vector<CurvePoint>& curve, double x) {
  const auto after = std::upper_bound(curve.begin(), curve.end(), x,
                                      [](double wanted, const CurvePoint& point) { return wanted < point.x; });
  if (after == curve.begin()) return curve.front().y;
  if (after == curve.end()) return curve.back().y;
  const auto& a = *(after - 1);
  return a.y + (after->y - a.y) * (x - a.x) / (after->x - a.x);
}

}  // namespace

std::pair<double, double> wilson_interval(double share, int64_t count) {
  constexpr double kZ = 1.959963984540054;  // 97.5 % of the normal distribution
  const double n = static_cast<double>(count), z2 = kZ * kZ;
  const double center = (share + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ / (1 + z2 / n) * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return {share == 0 ? 0 : center - half, share == 1 ? 1 : center + half};  // exactly, whatever was rounded
}

std::vector<CurvePoint> roc_curve(const std::vector<double>& scores, const std::vector<bool>& positive) {
  const auto positives = static_cast<double>(std::count(positive.begin(), positive.end(), true));
  const double negatives = static_cast<double>(positive.size()) - positives;
  if (positives == 0 || negatives == 0) return {};
  std::vector<CurvePoint> curve = {{0, 0}};
  each_step(scores, positive, [&](double hits, double taken, double) {
    curve.push_back({(taken - hits) / negatives, hits / positives});
  });
  return curve;
}

std::vector<CurvePoint> precision_recall_curve(const std::vector<double>& scores, const std::vector<bool>& positive) {
  const auto positives = static_cast<double>(std::count(positive.begin(), positive.end(), true));
  if (positives == 0) return {};
  std::vector<CurvePoint> curve;
  each_step(scores, positive, [&](double hits, double taken, double) {
    curve.push_back({hits / positives, hits / taken});
  });
  return curve;
}

double average_precision(const std::vector<CurvePoint>& precision_recall) {
  double sum = 0, recall = 0;
  for (const auto& point : precision_recall) {
    sum += (point.x - recall) * point.y;
    recall = point.x;
  }
  return sum;
}

std::vector<CurvePoint> mean_curve(const std::vector<std::vector<CurvePoint>>& curves) {
  constexpr int kSteps = 100;
  std::vector<CurvePoint> mean;
  if (curves.empty()) return mean;
  for (int i = 0; i <= kSteps; ++i) {
    const double x = static_cast<double>(i) / kSteps;
    double sum = 0;
    for (const auto& curve : curves) sum += value_at(curve, x);
    mean.push_back({x, sum / static_cast<double>(curves.size())});
  }
  return mean;
}

std::vector<ReliabilityBin> reliability_bins(const std::vector<double>& confidence, const std::vector<bool>& right) {
  std::vector<ReliabilityBin> bins(kBins);
  for (size_t i = 0; i < confidence.size(); ++i) {
    auto& bin = bins[std::min(static_cast<int64_t>(confidence[i] * kBins), kBins - 1)];
    ++bin.count;
    bin.confidence += confidence[i];
    bin.accuracy += right[i];
  }
  for (int64_t b = 0; b < kBins; ++b) {
    bins[b].low = static_cast<double>(b) / kBins;
    bins[b].high = static_cast<double>(b + 1) / kBins;
    if (bins[b].count == 0) continue;
    bins[b].confidence /= static_cast<double>(bins[b].count);
    bins[b].accuracy /= static_cast<double>(bins[b].count);
  }
  return bins;
}

double calibration_error(const std::vector<ReliabilityBin>& bins) {
  double sum = 0, count = 0;
  for (const auto& bin : bins) {
    sum += static_cast<double>(bin.count) * std::abs(bin.confidence - bin.accuracy);
    count += static_cast<double>(bin.count);
  }
  return count == 0 ? 0 : sum / count;
}

std::vector<AnsweredPoint> accuracy_of_answered(const std::vector<double>& confidence, const std::vector<bool>& right) {
  std::vector<AnsweredPoint> curve;
  each_step(confidence, right, [&](double hits, double taken, double threshold) {
    const auto [low, high] = wilson_interval(hits / taken, static_cast<int64_t>(taken));
    curve.push_back({taken / static_cast<double>(right.size()), hits / taken, low, high, threshold});
  });
  return curve;
}

std::vector<double> without_temperature(std::vector<double> probabilities, int64_t classes, double temperature) {
  for (double& p : probabilities) p = temperature * std::log(std::max(p, 1e-300));
  for (size_t i = 0; i < probabilities.size(); i += static_cast<size_t>(classes))
    softmax(probabilities.data() + i, classes, 1);
  return probabilities;
}

}  // namespace pawprint
