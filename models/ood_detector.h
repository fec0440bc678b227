#pragma once

#include <ATen/core/Tensor.h>

#include "models/base/ood_detector.h"

namespace pawprint {

// probabilities [N,K] of the training photos, N >= 10, rows summing to 1. The threshold is what 3 % of the photos stay
// below, each scored by the classes that the other four fifths use. Throws Error for fewer photos.
OodDetector fit_ood_detector(const at::Tensor& probabilities);

// [N,K] -> [N] in 0..1
at::Tensor ood_scores(const OodDetector& detector, const at::Tensor& probabilities);

}  // namespace pawprint
