#include "app/evaluation/label_issues.h"

#include <algorithm>

namespace pawprint {

namespace {

// The mean probability of each class on the photos labeled so; 2, which nothing reaches, for a class without any.
std::vector<double> self_confidence(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                    int64_t classes) {
  std::vector<double> sum(classes), count(classes);
  for (size_t i = 0; i < labels.size(); ++i) {
    sum[labels[i]] += probabilities[i * static_cast<size_t>(classes) + static_cast<size_t>(labels[i])];
    ++count[labels[i]];
  }
  for (int64_t c = 0; c < classes; ++c) sum[c] = count[c] > 0 ? sum[c] / count[c] : 2;
  return sum;
}

}  // namespace

std::vector<LabelIssue> find_label_issues(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                          int64_t classes) {
  const auto threshold = self_confidence(probabilities, labels, classes);
  std::vector<LabelIssue> issues;
  for (size_t i = 0; i < labels.size(); ++i) {
    const double* p = probabilities.data() + i * static_cast<size_t>(classes);
    int64_t believed = -1;
    for (int64_t c = 0; c < classes; ++c) {
      if (p[c] >= threshold[c] && (believed < 0 || p[c] > p[believed])) believed = c;
    }
    if (believed < 0) believed = std::max_element(p, p + classes) - p;
    if (believed != labels[i]) issues.push_back({static_cast<int64_t>(i), believed, p[believed] - p[labels[i]]});
  }
  std::stable_sort(issues.begin(), issues.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  return issues;
}

}  // namespace pawprint
