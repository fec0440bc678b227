#include "app/training/near_duplicates.h"

#include <torch/script.h>

#include <algorithm>

#include "app/base/parallel.h"
#include "app/training/runtime.h"

namespace pawprint {

namespace {

constexpr int64_t kRows = 256;  // photos that a worker compares with all before them

struct Search {
  const std::vector<const PerceptualHash*>& hashes;
  std::vector<PerceptualHash> mirrors;      // of hashes
  std::vector<uint64_t> low, mirrored_low;  // their lowest frequencies, one after the other: all that most pairs need
  at::Tensor features;                      // [N,D], or undefined
  double min = kCopySimilarity;             // of a pair
};

// Where all photos look alike, as aligned faces do, more is asked of copies: at most a fifth of the difference that all
// but 1 % of the pairs have. Photos of cats and dogs need about 0.93, aligned faces 0.98.
double min_similarity(const Search& search) {
  constexpr size_t kPairs = 400;
  const size_t count = search.hashes.size();
  std::vector<double> alike;
  for (size_t k = 0; k < kPairs && count > kPairs; ++k) {
    const size_t i = k * count / kPairs, j = (i + 1 + (k * 1'000'003) % (count - 1)) % count;
    alike.push_back(similarity(*search.hashes[i], *search.hashes[j]));
  }
  if (alike.empty()) return kCopySimilarity;
  const auto rank = alike.end() - static_cast<std::ptrdiff_t>(kPairs / 100) - 1;
  std::nth_element(alike.begin(), rank, alike.end());
  return std::max(kCopySimilarity, 1 - (1 - *rank) / 5);
}

void add_if_copies(const Search& search, int64_t i, int64_t j, bool mirror, std::vector<SimilarPair>& found) {
  const auto& a = *search.hashes[i];
  if (a.flat) return;
  const auto& b = mirror ? search.mirrors[j] : *search.hashes[j];
  const double alike = similarity(a, b);
  if (alike >= search.min) found.push_back({j, i, alike});
}

// The few items of the least distance among those that were added. Where all photos look alike, only so many are
// aligned that time does not run away; copies of one photo are tied by the copies between them.
class Nearest {
 public:
  void add(float distance, int64_t photo, bool mirror) {
    constexpr size_t kMax = 3;
    if (best.size() == kMax && distance >= best.back().distance) return;
    const auto place =
        std::find_if(best.begin(), best.end(), [&](const Item& other) { return distance < other.distance; });
    best.insert(place, {distance, photo, mirror});
    if (best.size() > kMax) best.pop_back();
  }

  struct Item {
    float distance;
    int64_t photo;
    bool mirror;
  };
  std::vector<Item> best;  // nearest first
};

// Photos from `begin` on with those before them.
std::vector<SimilarPair> compare_rows(const Search& search, int64_t begin) {
  // MobileNetV2's features of copies cut by 10 % on every side have a cosine of 0.88 (but for 5 % of them); of half a
  // million pairs of different photos of cats and dogs five have 0.85.
  constexpr float kMinCosine = 0.85F;
  const int64_t end = std::min<int64_t>(begin + kRows, static_cast<int64_t>(search.hashes.size()));
  std::vector<SimilarPair> found;
  at::Tensor cosine;
  if (search.features.defined())
    cosine = search.features.narrow(0, begin, end - begin).matmul(search.features.narrow(0, 0, end).t()).contiguous();
  for (int64_t i = begin; i < end; ++i) {
    const auto& hash = *search.hashes[i];
    Nearest by_hash, by_features;
    const auto compare = [&](int64_t j, const PerceptualHash& other, bool mirror) {
      if (is_candidate(hash, other)) by_hash.add(static_cast<float>(different_bits(hash, other)), j, mirror);
    };
    const uint64_t low = hash.bits[0];
    for (const int64_t j : agreeing(low, search.low, i)) compare(j, *search.hashes[j], false);
    for (const int64_t j : agreeing(low, search.mirrored_low, i)) compare(j, search.mirrors[j], true);
    if (cosine.defined()) {
      const float* cosines = cosine.data_ptr<float>() + (i - begin) * end;
      for (int64_t j = 0; j < i; ++j) {
        if (cosines[j] >= kMinCosine) by_features.add(-cosines[j], j, false);
      }
    }
    for (const auto& item : by_hash.best) add_if_copies(search, i, item.photo, item.mirror, found);
    for (const auto& item : by_features.best) {
      add_if_copies(search, i, item.photo, false, found);
      add_if_copies(search, i, item.photo, true, found);
    }
  }
  return found;
}

}  // namespace

std::vector<SimilarPair> find_near_duplicates(const std::vector<const PerceptualHash*>& hashes,
                                              const at::Tensor& features, int64_t threads, const Progress& progress) {
  const torch::NoGradGuard no_grad;
  Search search{hashes, {}, {}, {}, features, kCopySimilarity};
  for (const auto* hash : hashes) {
    search.mirrors.push_back(mirrored(*hash));
    search.low.push_back(hash->bits[0]);
    search.mirrored_low.push_back(search.mirrors.back().bits[0]);
  }
  search.min = min_similarity(search);
  const auto total = static_cast<int64_t>(hashes.size());
  std::vector<SimilarPair> pairs;
  parallel_ranges(
      math_workers(threads), total, kRows, [&](int64_t begin, int64_t) { return compare_rows(search, begin); },
      [&](const std::vector<SimilarPair>& found) { pairs.insert(pairs.end(), found.begin(), found.end()); }, progress);
  return pairs;
}

}  // namespace pawprint
