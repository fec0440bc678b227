#include "app/label/honest_sample.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "app/base/random.h"
#include "app/evaluation/selective_prediction.h"

namespace pawprint {

namespace {

// The error at which P(at most `wrong` wrong) has fallen to `tail`.
double error_with_tail(int64_t wrong, int64_t count, double tail) {
  double low = 0, high = 1;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (binomial_tail(wrong, count, middle) > tail ? low : high) = middle;
  }
  return low;
}

}  // namespace

bool is_set_apart(const Sha256& content) {
  uint64_t number = 0;
  std::memcpy(&number, content.bytes.data(), sizeof number);
  return Random::mix(number) % kOneIn == 0;
}

std::pair<double, double> exact_interval(int64_t right, int64_t count) {
  constexpr double kTail = 0.025;
  const int64_t wrong = count - right;
  const double most = right == 0 ? 1 : error_with_tail(wrong, count, kTail);
  const double least = wrong == 0 ? 0 : error_with_tail(wrong - 1, count, 1 - kTail);
  return {1 - most, 1 - least};
}

double gained(const std::vector<int64_t>& now, const std::vector<int64_t>& before,
              const std::vector<float>& probabilities, int64_t classes) {
  double sum = 0;
  for (size_t i = 0; i < now.size(); ++i) {
    const float* p = &probabilities[i * static_cast<size_t>(classes)];
    if (now[i] != before[i]) sum += static_cast<double>(p[now[i]] - p[before[i]]);
  }
  return now.empty() ? 0 : sum / static_cast<double>(now.size());
}

double expected_gain(double gain, int64_t labels, int64_t last, int64_t more) {
  const auto error = [](int64_t count) { return std::pow(static_cast<double>(count), -0.7); };
  return gain * (error(labels) - error(labels + more)) / (error(labels - last) - error(labels));
}

}  // namespace pawprint
