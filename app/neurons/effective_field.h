#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "app/neurons/stage_geometry.h"
#include "models/backbone.h"

namespace pawprint {

// The part of each stage's receptive field that counts: side of the square around it that holds nine tenths of the
// gradient with respect to the pixels, mean over photos (Luo et al. 2016, arXiv:1701.04128). Theoretical fields of deep
// stages are larger than the photo; what moves their neurons is not.
//   pixels [N,3,S,S] float32, normalized; N > 0. seed: of the directions in which channels are summed
//   returns [stages], 1..S; 0 for a network that gives no gradients
std::vector<int64_t> effective_fields(const Backbone& backbone, const std::vector<StageGeometry>& stages,
                                      const at::Tensor& pixels, uint64_t seed);

}  // namespace pawprint
