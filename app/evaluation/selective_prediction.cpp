#include "app/evaluation/selective_prediction.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "app/evaluation/metrics.h"

namespace pawprint {

namespace {

constexpr double kRisk = 0.05;  // that the promise does not hold
constexpr double kMaxFactor = 1000;

// The fewest answers that prove it with `wrong` of them wrong; more than `max` if none do.
int64_t fewest_answers(int64_t wrong, double error, int64_t max) {
  int64_t low = wrong, high = max + 1;  // not enough, enough
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (binomial_tail(wrong, middle, error) <= kRisk ? high : low) = middle;
  }
  return high;
}

// Numbers of answered photos to be tested, rising, each with its share of the risk: every twentieth of the photos, with
// none, and the numbers at which 0, 3, 12, 48 ... mistakes would just do.
std::map<int64_t, double> tests_of(int64_t photos, double error) {
  std::map<int64_t, double> tests;
  std::vector<int64_t> starts;
  for (int64_t wrong = 0; wrong < photos; wrong = wrong == 0 ? 3 : 4 * wrong) {
    const int64_t answers = fewest_answers(wrong, error, photos);
    if (answers > photos) break;
    starts.push_back(answers);
  }
  for (int64_t k = 1; k <= 20; ++k) tests[std::max<int64_t>(k * photos / 20, 1)] = 0;
  for (const int64_t answers : starts) tests[answers] += kRisk / static_cast<double>(starts.size());
  return tests;
}

SelectiveCurve scaled(const SelectiveCurve& curve, double factor) {
  const auto times = [&](int64_t count) {
    return static_cast<int64_t>(std::ceil(factor * static_cast<double>(count)));
  };
  SelectiveCurve out{times(curve.photos), {}};
  for (const auto& point : curve.points)
    out.points.push_back({point.confidence, times(point.answered), times(point.wrong)});
  return out;
}

}  // namespace

SelectiveCurve selective_curve(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                               int64_t classes) {
  constexpr int64_t kMaxPoints = 1000;
  std::vector<std::pair<double, bool>> answers;  // confidence, wrong
  for (size_t i = 0; i < labels.size(); ++i) {
    const double* row = probabilities.data() + static_cast<int64_t>(i) * classes;
    const int64_t best = argmax(row, classes);
    answers.emplace_back(row[best], best != labels[i]);
  }
  std::sort(answers.begin(), answers.end(), std::greater<>());
  SelectiveCurve curve{static_cast<int64_t>(answers.size()), {}};
  const int64_t step = (curve.photos + kMaxPoints - 1) / kMaxPoints;
  int64_t wrong = 0, since = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    wrong += answers[i].second;
    ++since;
    const bool last = i + 1 == answers.size();
    if (!last && (since < step || answers[i + 1].first == answers[i].first)) continue;
    curve.points.push_back({answers[i].first, static_cast<int64_t>(i) + 1, wrong});
    since = 0;
  }
  return curve;
}

double binomial_tail(int64_t wrong, int64_t answered, double error) {
  const auto n = static_cast<double>(answered);
  double sum = 0;
  for (int64_t k = 0; k <= std::min(wrong, answered); ++k) {
    const auto x = static_cast<double>(k);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) + x * std::log(error) +
                    (n - x) * std::log1p(-error));
  }
  return std::min(sum, 1.0);
}

std::optional<SelectivePoint> proven_point(const SelectiveCurve& curve, double accuracy) {
  std::optional<SelectivePoint> proven;
  double risk = 0;
  auto point = curve.points.begin();
  for (const auto& [answers, share] : tests_of(curve.photos, 1 - accuracy)) {
    point = std::find_if(point, curve.points.end(), [min = answers](const auto& p) { return p.answered >= min; });
    if (point == curve.points.end()) break;
    risk += share;
    if (risk > 0 && binomial_tail(point->wrong, point->answered, 1 - accuracy) <= risk) {
      proven = *point;
    } else {
      risk = 0;
    }
  }
  return proven;
}

std::optional<int64_t> photos_missing(const SelectiveCurve& curve, double accuracy) {
  for (double factor = 1; factor < kMaxFactor; factor *= 1.05) {
    const auto more = scaled(curve, factor);
    if (proven_point(more, accuracy)) return more.photos - curve.photos;
  }
  return std::nullopt;
}

}  // namespace pawprint
