#include "app/evaluation/abstention.h"

#include <algorithm>

#include "app/evaluation/metrics.h"

namespace pawprint {

std::vector<AbstentionPoint> abstention_points(const std::vector<double>& probabilities,
                                               const std::vector<int64_t>& labels, int64_t classes) {
  struct Answer {
    double confidence;
    bool right;
  };
  std::vector<Answer> answers;
  for (size_t i = 0; i < labels.size(); ++i) {
    const double* row = probabilities.data() + static_cast<int64_t>(i) * classes;
    const int64_t best = argmax(row, classes);
    answers.push_back({row[best], best == labels[i]});
  }
  std::sort(answers.begin(), answers.end(),
            [](const Answer& a, const Answer& b) { return a.confidence < b.confidence; });
  const auto total = static_cast<double>(answers.size());
  auto right =
      static_cast<double>(std::count_if(answers.begin(), answers.end(), [](const Answer& a) { return a.right; }));
  auto left = total;
  std::vector<AbstentionPoint> points = {{0, right / total, 1}};
  for (size_t i = 0; i + 1 < answers.size(); ++i) {
    right -= answers[i].right ? 1 : 0;
    left -= 1;
    if (answers[i + 1].confidence == answers[i].confidence) continue;
    if (right / left > points.back().accuracy)
      points.push_back({answers[i + 1].confidence, right / left, left / total});
  }
  return points;
}

std::optional<AbstentionPoint> point_for_accuracy(const std::vector<AbstentionPoint>& points, double accuracy) {
  const auto found = std::find_if(points.begin(), points.end(),
                                  [&](const AbstentionPoint& point) { return point.accuracy >= accuracy; });
  return found == points.end() ? std::nullopt : std::optional(*found);
}

}  // namespace pawprint
