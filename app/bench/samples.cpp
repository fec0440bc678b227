#include <algorithm>

#include "app/bench/bench.h"

namespace pawprint {

double Samples::best() const { return values.empty() ? 0 : *std::max_element(values.begin(), values.end()); }

double Samples::median() const {
  if (values.empty()) return 0;
  auto sorted = values;
  std::sort(sorted.begin(), sorted.end());
  return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
}

double share_of_peak(const PrecisionSamples& samples, int64_t multiply_adds) {
  const double peak = samples.peak.best();
  return peak > 0 ? samples.forward.best() * 2 * static_cast<double>(multiply_adds) / peak : 0;
}

}  // namespace pawprint
