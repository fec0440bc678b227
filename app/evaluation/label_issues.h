#pragma once

#include <cstdint>
#include <vector>

namespace pawprint {

// A label that is probably wrong.
struct LabelIssue {
  int64_t row = 0;
  int64_t suggested = 0;  // a class
  double score = 0;       // p(suggested) - p(given), -1..1: the more, the more likely the label is wrong
};

// Confident learning (Northcutt et al. 2021, arXiv:1911.00068): a class is believed of a photo if its probability is at
// least the mean that photos labeled so are given; a label is doubted if another class is believed, or is the more
// probable one. The most suspicious first.
//   probabilities [N*C], each from a fit that did not see the photo; labels [N]
std::vector<LabelIssue> find_label_issues(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                          int64_t classes);

}  // namespace pawprint
