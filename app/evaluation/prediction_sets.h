#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace pawprint {

// Sets of classes that hold the true one with a wanted probability: cross-conformal prediction on out-of-fold
// predictions (Vovk 2015; Barber et al. 2021, arXiv:1905.02928). The score of a class is 0 for the most probable one
// and 1 - p for the others, so that no set is empty.

// The scores of the true classes of N photos, in ascending order; of many photos a thousand ranks.
struct ConformalScores {
  int64_t photos = 0;
  std::vector<std::pair<int64_t, double>> ranks;  // rank from 1, score; both rise
};

// probabilities [N*C] of photos that the head was not fitted on; labels [N]
ConformalScores conformal_scores(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                 int64_t classes);

// The score up to which classes belong to a set that holds the true one with probability `coverage` (0 < coverage < 1)
// or a little more, at most 1 / (N + 1) for up to a thousand photos. 1, every class, where there are too few photos:
// fewer than coverage / (1 - coverage).
double conformal_threshold(const ConformalScores& scores, double coverage);

// The classes of a photo's set, most probable first; never empty.   p [C]
std::vector<int64_t> prediction_set(const double* p, int64_t classes, double threshold);

}  // namespace pawprint
