#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "app/base/progress.h"
#include "app/data/perceptual_hash.h"

namespace pawprint {

// Pairs of photos that are copies of each other, or of each other's mirror image, but not pixel for pixel.
//   hashes [N]: of different photos
//   features: [N,D] float32 rows of unit length, or undefined; then photos that are alike to the network are compared
//     too, which finds copies that were cut more
// Every photo's hash is compared with every other's, two words at a time: a second for 25,000 photos. What may be
// copies is aligned.
std::vector<SimilarPair> find_near_duplicates(const std::vector<const PerceptualHash*>& hashes,
                                              const at::Tensor& features, int64_t threads, const Progress& progress);

}  // namespace pawprint
