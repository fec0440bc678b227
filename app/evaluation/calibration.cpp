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

namespace {

// The target of a photo's class is 1 - doubt.
double cross_entropy(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                     double temperature, double doubt) {
  const double other = doubt / static_cast<double>(classes - 1);  // of each other class
  double loss = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const double* row = logits.data() + i * classes;
    const double highest = *std::max_element(row, row + classes);
    double sum = 0, total = 0;
    for (int64_t c = 0; c < classes; ++c) {
      sum += std::exp((row[c] - highest) / temperature);
      total += row[c];
    }
    // -ln p_c = normalizer - logit_c / temperature, and the targets sum to one.
    const double target_logit = other * total + (1 - doubt - other) * row[labels[i]];
    loss += std::log(sum) + (highest - target_logit) / temperature;
  }
  return loss / static_cast<double>(labels.size());
}

}  // namespace

double log_loss(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                double temperature) {
  return cross_entropy(logits, labels, classes, temperature, 0);
}

double smoothed_log_loss(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes,
                         double temperature) {
  const double n = static_cast<double>(labels.size()) / 2;
  return cross_entropy(logits, labels, classes, temperature, 1 / (n + 2));
}

double fit_temperature(const std::vector<double>& logits, const std::vector<int64_t>& labels, int64_t classes) {
  constexpr double kEnough = 100;
  const auto n = static_cast<double>(labels.size());
  const double deviation = 0.5 * std::min(1.0, n / kEnough);  // of ln temperature, beforehand
  const auto loss = [&](double x) {
    return smoothed_log_loss(logits, labels, classes, std::exp(x)) + x * x / (2 * deviation * deviation * n);
  };
  // A coarse look first: with the prior there may be more than one valley. Then golden-section search.
  constexpr int kSteps = 24;
  const double first = std::log(0.05), step = std::log(400.0) / kSteps;
  int best = 0;
  double min = loss(first);
  for (int i = 1; i <= kSteps; ++i) {
    if (const double here = loss(first + i * step); here < min) min = here, best = i;
  }
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double low = first + std::max(best - 1, 0) * step, high = first + std::min(best + 1, kSteps) * step;
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
  const double temperature = std::exp((low + high) / 2);
  return log_loss(logits, labels, classes, temperature) <= log_loss(logits, labels, classes, 1) ? temperature : 1;
}

}  // namespace pawprint
