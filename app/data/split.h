#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/sha256.h"

namespace pawprint {

// All draws depend on the seed and on each item's key alone, never on the order or number of the others' names.
// Items of equal key are one group and stay together; a group counts for the class of its first item.

// True for the items of the validation part: of each class the share `fraction` (0 < fraction < 1), as near as whole
// groups allow, but at least one group and at most all but one.
//   keys [N]: hashes of contents, or of groups; labels [N]
std::vector<bool> validation_split(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, double fraction,
                                   uint64_t seed);

// The same for the test part, drawn by itself: who is in it says nothing about validation.
std::vector<bool> test_split(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, double fraction,
                             uint64_t seed);

// The fold 0..folds-1 of each item, stratified; each group goes where its class has the fewest items so far.
std::vector<int64_t> assign_folds(const std::vector<Sha256>& keys, const std::vector<int64_t>& labels, int64_t folds,
                                  uint64_t seed);

// `limit` of the items, each stratum by its share (largest remainders): their indices, ascending.
//   names [N]: unique; strata [N]: 0, 1, ...
std::vector<int64_t> draw_stratified(const std::vector<std::string>& names, const std::vector<int64_t>& strata,
                                     int64_t limit, uint64_t seed);

}  // namespace pawprint
