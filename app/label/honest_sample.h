// What can be said of a head's accuracy while it is being taught.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "models/base/sha256.h"

namespace pawprint {

// One photo in ten is never learned from, whatever the seed: what these show is a random sample of all.
constexpr int64_t kOneIn = 10;
bool is_set_apart(const Sha256& content);

// The accuracies, 0..1, for which so many right answers of a random sample are no surprise: 95 % at least, whatever the
// accuracy is (Clopper and Pearson 1934, doi:10.1093/biomet/26.4.404). count >= 1
std::pair<double, double> exact_interval(int64_t right, int64_t count);

// What the last labels brought: of all photos, the share that is right now and was not before, less the opposite, if
// the probabilities are true that the last head gives.
//   now, before: a class for each photo; probabilities [N*C] of the last head
double gained(const std::vector<int64_t>& now, const std::vector<int64_t>& before,
              const std::vector<float>& probabilities, int64_t classes);

// What `more` labels would bring, if errors go on to fall as a power of their number: labels^-0.7, which lies between
// the rates of many learning curves (Hestness et al. 2017, arXiv:1712.00409).
//   gain: from labels - last to labels labels; 0 < last < labels
double expected_gain(double gain, int64_t labels, int64_t last, int64_t more);

}  // namespace pawprint
