#pragma once

#include <cstdint>
#include <vector>

namespace pawprint {

// softmax(logits / temperature) of one row, in place.
void softmax(double* values, int64_t count, double temperature);

// Mean -ln softmax(logits / temperature)[label].   logits [N*C]; labels [N]
double log_loss_at(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                   double temperature);

// The temperature in 0.05..20 that makes probabilities honest: least log loss on predictions for photos that the head was
// not fitted on. Guo et al. 2017, arXiv:1706.04599.
double fit_temperature(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes);

}  // namespace pawprint
