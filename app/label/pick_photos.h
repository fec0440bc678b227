// Which photos teach most when a person says what they show.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace pawprint {

// The pool's photos on their first principal components: distances between them are nearly those of the features.
// Uncorrelated columns, the widest first.   x [N,D] float32, standardized -> [N,K], K = min(count, N, D)
at::Tensor principal_components(const at::Tensor& x, int64_t count = 50);

// Typical photos, for a head that knows little (TypiClust, Hacohen et al. 2022, arXiv:2202.02794): k-means with a
// cluster for each labeled photo and each to come, and of the largest clusters without a labeled photo the one nearest
// to the center. May be fewer than asked for.
//   components [N,K]; open [N]: may be shown; labeled: rows
std::vector<int64_t> typical_photos(const at::Tensor& components, const std::vector<bool>& open,
                                    const std::vector<int64_t>& labeled, int64_t count, uint64_t seed);

// Uncertain and different ones: of the ten times as many whose two most probable classes are closest, those farthest
// from each other, the least certain first.
//   probabilities [N,C] float32
std::vector<int64_t> uncertain_photos(const at::Tensor& components, const std::vector<bool>& open,
                                      const at::Tensor& probabilities, int64_t count);

// How sure each photo's class is [N]: the difference of the two highest probabilities.
std::vector<float> margins(const at::Tensor& probabilities);

}  // namespace pawprint
