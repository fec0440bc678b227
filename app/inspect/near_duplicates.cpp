#include "app/inspect/near_duplicates.h"

#include <torch/script.h>

#include <algorithm>

#include "app/training/ordered_parallel.h"

namespace pawprint {

namespace {

constexpr int64_t kRows = 256;  // photos that a worker compares with all before them

struct Search {
  const std::vector<CheckedPhoto>& all;
  const std::vector<int64_t>& photos;
  std::vector<PhotoPrint> mirrors;  // of photos
  at::Tensor features;              // [N,D] in the order of photos, or undefined
  double least = kCopyLikeness;     // of a pair
};

// Where all photos look alike, as aligned faces do, more is asked of copies: at most a fifth of the difference that all
// but 1 % of the pairs have. Photos of cats and dogs need about 0.93, aligned faces 0.98.
double least_likeness(const Search& search) {
  constexpr size_t kPairs = 400;
  const size_t count = search.photos.size();
  std::vector<double> alike;
  for (size_t k = 0; k < kPairs && count > kPairs; ++k) {
    const size_t i = k * count / kPairs, j = (i + 1 + (k * 1'000'003) % (count - 1)) % count;
    alike.push_back(likeness(search.all[search.photos[i]].print, search.all[search.photos[j]].print));
  }
  if (alike.empty()) return kCopyLikeness;
  const auto rank = alike.end() - static_cast<std::ptrdiff_t>(kPairs / 100) - 1;
  std::nth_element(alike.begin(), rank, alike.end());
  return std::max(kCopyLikeness, 1 - (1 - *rank) / 5);
}

void add_if_copies(const Search& search, int64_t i, int64_t j, bool mirror, std::vector<SimilarPair>& found) {
  const auto& a = search.all[search.photos[i]].print;
  if (a.flat) return;
  const auto& b = mirror ? search.mirrors[j] : search.all[search.photos[j]].print;
  const double alike = likeness(a, b);
  if (alike >= search.least) found.push_back({search.photos[j], search.photos[i], alike});
}

// The few items of the least distance among those that were added. Where all photos look alike, only so many are
// aligned that time does not run away; copies of one photo are tied by the copies between them.
class Nearest {
 public:
  void add(float distance, int64_t photo, bool mirror) {
    constexpr size_t kMost = 3;
    if (best.size() == kMost && distance >= best.back().distance) return;
    const auto place =
        std::find_if(best.begin(), best.end(), [&](const Item& other) { return distance < other.distance; });
    best.insert(place, {distance, photo, mirror});
    if (best.size() > kMost) best.pop_back();
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
  constexpr float kLeastCosine = 0.85F;
  const int64_t end = std::min<int64_t>(begin + kRows, static_cast<int64_t>(search.photos.size()));
  std::vector<SimilarPair> found;
  at::Tensor cosine;
  if (search.features.defined())
    cosine = search.features.narrow(0, begin, end - begin).matmul(search.features.narrow(0, 0, end).t()).contiguous();
  for (int64_t i = begin; i < end; ++i) {
    const auto& print = search.all[search.photos[i]].print;
    Nearest by_print, by_features;
    for (int64_t j = 0; j < i; ++j) {
      const auto& other = search.all[search.photos[j]].print;
      const auto& mirror = search.mirrors[j];
      if (may_be_copies(print, other)) by_print.add(static_cast<float>(different_bits(print, other)), j, false);
      if (may_be_copies(print, mirror)) by_print.add(static_cast<float>(different_bits(print, mirror)), j, true);
    }
    if (cosine.defined()) {
      const float* cosines = cosine.data_ptr<float>() + (i - begin) * end;
      for (int64_t j = 0; j < i; ++j) {
        if (cosines[j] >= kLeastCosine) by_features.add(-cosines[j], j, false);
      }
    }
    for (const auto& item : by_print.best) add_if_copies(search, i, item.photo, item.mirror, found);
    for (const auto& item : by_features.best) {
      add_if_copies(search, i, item.photo, false, found);
      add_if_copies(search, i, item.photo, true, found);
    }
  }
  return found;
}

}  // namespace

std::vector<SimilarPair> find_near_duplicates(const std::vector<CheckedPhoto>& all, const std::vector<int64_t>& photos,
                                              const at::Tensor& features, const std::vector<int64_t>& rows,
                                              int64_t threads, const Progress& progress) {
  const torch::NoGradGuard no_grad;
  Search search{all, photos, {}, {}, kCopyLikeness};
  for (const int64_t photo : photos) search.mirrors.push_back(mirrored(all[photo].print));
  if (features.defined()) {
    std::vector<int64_t> order;
    for (const int64_t photo : photos) order.push_back(rows[photo]);
    search.features = features.index_select(0, at::tensor(at::ArrayRef<int64_t>(order), at::kLong));
  }
  search.least = least_likeness(search);
  const auto total = static_cast<int64_t>(photos.size());
  int64_t next = 0, done = 0;
  std::vector<SimilarPair> pairs;
  ordered_parallel(
      threads,
      [&]() -> std::optional<int64_t> {
        if (next >= total) return std::nullopt;
        const int64_t begin = next;
        next += kRows;
        return begin;
      },
      [&](int64_t begin) { return compare_rows(search, begin); },
      [&](const std::vector<SimilarPair>& found) {
        pairs.insert(pairs.end(), found.begin(), found.end());
        done = std::min(done + kRows, total);
        if (progress) progress(done, total);
      });
  return pairs;
}

}  // namespace pawprint
