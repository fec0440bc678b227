#pragma once

#include <cstdint>
#include <vector>

namespace pawprint {

// softmax(logits / temperature) of one row, in place.
void softmax(double* values, int64_t count, double temperature);

// Mean -ln p of the true class, p being softmax(logits / temperature).   logits [N*C]; labels [N]
double log_loss(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                double temperature);

// The same with Platt's targets (1999): not 1 for a photo's class but (n + 1) / (n + 2), and the rest for the others in
// equal parts. A few photos, all of them right, are no proof that the next thousand will be. n is N / 2, which for two
// classes is the photos of one, as with Platt; counted by class, the doubt would grow with the number of classes,
// though all of them are proof of the one temperature.
double smoothed_log_loss(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                         double temperature);

// The temperature in 0.05..20 that makes probabilities honest, from predictions for photos that the head was not fitted
// on (Guo et al. 2017, arXiv:1706.04599): least smoothed log loss, with a normal prior of ln temperature that fewer
// than a hundred photos hardly move away from 0. It is 1 wherever it would raise the log loss of these predictions.
double fit_temperature(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes);

}  // namespace pawprint
