#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace pawprint {

// Union-find with path halving (Tarjan 1975).
class DisjointSets {
 public:
  explicit DisjointSets(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), int64_t{0}); }
  int64_t find(int64_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(int64_t a, int64_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<int64_t> parent_;
};

}  // namespace pawprint
