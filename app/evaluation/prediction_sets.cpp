#include "app/evaluation/prediction_sets.h"

#include <algorithm>
#include <cmath>

#include "app/evaluation/metrics.h"

namespace pawprint {

ConformalScores conformal_scores(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                 int64_t classes) {
  constexpr int64_t kMaxRanks = 1000;
  std::vector<double> scores;
  for (size_t i = 0; i < labels.size(); ++i) {
    const double* row = probabilities.data() + static_cast<int64_t>(i) * classes;
    scores.push_back(argmax(row, classes) == labels[i] ? 0 : 1 - row[labels[i]]);
  }
  std::sort(scores.begin(), scores.end());
  ConformalScores out{static_cast<int64_t>(scores.size()), {}};
  const int64_t step = (out.photos + kMaxRanks - 1) / kMaxRanks;
  for (int64_t rank = std::min(step, out.photos); rank > 0; rank = std::min(rank + step, out.photos)) {
    out.ranks.emplace_back(rank, scores[rank - 1]);
    if (rank == out.photos) break;
  }
  return out;
}

double conformal_threshold(const ConformalScores& scores, double coverage) {
  const double exact = coverage * static_cast<double>(scores.photos + 1);
  const auto wanted = static_cast<int64_t>(std::ceil(exact - 1e-9));  // 0.9 * 10 is 9
  const auto found =
      std::find_if(scores.ranks.begin(), scores.ranks.end(), [&](const auto& rank) { return rank.first >= wanted; });
  return found == scores.ranks.end() ? 1 : found->second;
}

std::vector<int64_t> prediction_set(const double* p, int64_t classes, double threshold) {
  const int64_t best = argmax(p, classes);
  std::vector<int64_t> set = {best};
  for (int64_t c = 0; c < classes; ++c) {
    if (c != best && 1 - p[c] <= threshold) set.push_back(c);
  }
  std::stable_sort(set.begin() + 1, set.end(), [&](int64_t a, int64_t b) { return p[a] > p[b]; });
  return set;
}

}  // namespace pawprint
