#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "app/data/progress.h"
#include "app/inspect/check_report.h"

namespace pawprint {

// Pairs of photos that are copies of each other, or of each other's mirror image, but not pixel for pixel.
//   photos: numbers of readable photos, one of each group of duplicates
//   features: [R,D] float32 rows of unit length, or undefined; then photos that are alike to the network are compared
//     too, which finds copies that were cut more
//   rows: for each photo of `all` its row of features, or -1
// Every photo's print is compared with every other's, two words at a time: a second for 25,000 photos. What may be
// copies is aligned.
std::vector<SimilarPair> find_near_duplicates(const std::vector<CheckedPhoto>& all, const std::vector<int64_t>& photos,
                                              const at::Tensor& features, const std::vector<int64_t>& rows,
                                              int64_t threads, const Progress& progress);

}  // namespace pawprint
