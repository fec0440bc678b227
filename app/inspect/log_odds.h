#pragma once

#include <ATen/core/Tensor.h>

#include "models/head.h"

namespace pawprint {

// ln(p / (1 - p)) of a class as a function of the features, linearised: exact for a linear head of two classes.
struct LogOdds {
  double value = 0;
  at::Tensor weight;  // [D] float64: its gradient
};

// features [D] float64; 0 <= class_index < classes
LogOdds linearised_log_odds(const Head& head, double temperature, const at::Tensor& features, int64_t class_index);

}  // namespace pawprint
