#pragma once

#include <ATen/core/Tensor.h>

#include "models/base/familiarity.h"

namespace pawprint {

// probabilities [N,K] of the training photos, N >= 10, rows summing to 1. The threshold is what 3 % of the photos stay
// below, each scored by the classes that the other four fifths use. Throws Error for fewer photos.
Familiarity fit_familiarity(const at::Tensor& probabilities);

// [N,K] -> [N] in 0..1
at::Tensor familiarity_scores(const Familiarity& familiarity, const at::Tensor& probabilities);

}  // namespace pawprint
