#include "app/evaluation/calibration.h"

#include <algorithm>
#include <cmath>

namespace pawprint {

void softmax(double* values, int64_t count, double temperature) {
  const double highest = *std::max_element(values, values + count);
  double sum = 0;
  for (int64_t c = 0; c < count; ++c) sum += values[c] = std::exp((values[c] - highest) / temperature);
  for (int64_t c = 0; c < count; ++c) values[c] /= sum;
}

double smoothed_log_loss(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                         double temperature) {
  std::vector<double> photos_of_class(classes);
  for (const int64_t label : labels) ++photos_of_class[label];
  double loss = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const double* row = logits.data() + i * classes;
    const double highest = *std::max_element(row, row + classes);
    double sum = 0, total = 0;
    for (int64_t c = 0; c < classes; ++c) {
      sum += std::exp((row[c] - highest) / temperature);
      total += row[c];
    }
    // -ln p_c = normaliser - logit_c / temperature, and the targets sum to one.
    const double other = 1 / (photos_of_class[labels[i]] + static_cast<double>(classes));
    const double target_logit = other * total + (1 - other * static_cast<double>(classes)) * row[labels[i]];
    loss += std::log(sum) + (highest - target_logit) / temperature;
  }
  return loss / static_cast<double>(labels.size());
}

double fit_temperature(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes) {
  // The loss is convex in 1 / temperature, so it has one valley in ln temperature too: golden-section search.
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double low = std::log(0.05), high = std::log(20.0);
  const auto loss = [&](double x) { return smoothed_log_loss(logits, labels, classes, std::exp(x)); };
  double a = high - ratio * (high - low), b = low + ratio * (high - low);
  double loss_a = loss(a), loss_b = loss(b);
  while (high - low > 1e-6) {
    if (loss_a <= loss_b) {
      high = b, b = a, loss_b = loss_a;
      loss_a = loss(a = high - ratio * (high - low));
    } else {
      low = a, a = b, loss_a = loss_b;
      loss_b = loss(b = low + ratio * (high - low));
    }
  }
  return std::exp((low + high) / 2);
}

}  // namespace pawprint
