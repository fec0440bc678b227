#pragma once

#include <ATen/core/Tensor.h>

#include "models/head.h"

namespace pawprint {

constexpr int64_t kAllOthers = -1;

// How much more probable a class is than another one, ln(p / q), or than all others together, ln(p / (1 - p)), as a
// function of the features, linearized. Exact for a linear head against one class.
struct LogOdds {
  double value = 0;
  at::Tensor weight;  // [D] float64: its gradient
};

// features [D] float64; 0 <= class_index < classes; against: another class, or kAllOthers
LogOdds linearized_log_odds(const Head& head, double temperature, const at::Tensor& features, int64_t class_index,
                            int64_t against = kAllOthers);

}  // namespace pawprint
