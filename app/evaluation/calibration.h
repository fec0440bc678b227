#pragma once

#include <cstdint>
#include <vector>

namespace pawprint {

// softmax(logits / temperature) of one row, in place.
void softmax(double* values, int64_t count, double temperature);

// Mean cross entropy of softmax(logits / temperature) with Platt's targets (1999): not 1 for a photo's class but
// (n + 1) / (n + C), n being the photos of that class, and the rest for the others in equal parts. A few photos, all of
// them right, are no proof that the next thousand will be.   logits [N*C]; labels [N]
double smoothed_log_loss(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                         double temperature);

// The temperature in 0.05..20 that makes probabilities honest: least smoothed log loss on predictions for photos that
// the head was not fitted on. Guo et al. 2017, arXiv:1706.04599.
double fit_temperature(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes);

}  // namespace pawprint
