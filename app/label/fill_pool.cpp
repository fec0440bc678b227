#include "app/label/fill_pool.h"

#include <torch/types.h>

#include <algorithm>

#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kFirstPart = 96;

// By the names alone, so that photos that come or go leave the order of the others as it was.
void shuffle(std::vector<Photo>& photos, uint64_t seed) {
  std::vector<std::pair<Sha256, size_t>> order;
  for (size_t i = 0; i < photos.size(); ++i)
    order.emplace_back(sha256(std::to_string(seed) + ' ' + photos[i].name + ' ' + photos[i].path.native()), i);
  std::sort(order.begin(), order.end());
  std::vector<Photo> shuffled;
  for (const auto& [number, i] : order) shuffled.push_back(std::move(photos[i]));
  photos = std::move(shuffled);
}

}  // namespace

PreprocessSpec view_for_teaching(const Backbone& backbone) {
  const PreprocessSpec own = backbone.preprocess(), whole = own.larger().with_fit(Fit::kWhole);
  try {
    return backbone.with_preprocess(whole).preprocess();
  } catch (const Error&) {  // it takes squares of one size
    return own.with_fit(Fit::kSquash);
  }
}

void fill_pool(LabelSession& session, const Backbone& backbone, const FeatureOptions& options,
               std::vector<Photo> photos, const std::vector<std::string>& class_names, uint64_t seed,
               const std::function<void(const PoolProgress&)>& told) {
  shuffle(photos, seed);
  const auto total = static_cast<int64_t>(photos.size());
  PoolProgress progress;
  progress.total = total;
  told(progress);
  for (int64_t begin = 0, size = kFirstPart; begin < total; begin += size, size = begin) {
    const std::vector<Photo> part(photos.begin() + begin, photos.begin() + std::min(begin + size, total));
    auto [set, cache_problem] = get_features(backbone, options, part, [&](int64_t done, int64_t) {
      progress.seen = begin + done;
      told(progress);
    });
    progress.cache_problem = cache_problem;
    std::vector<PoolPhoto> pool;
    for (size_t i = 0; i < set.rows.size(); ++i) {
      const Photo& photo = part[set.rows[i]];
      pool.push_back({photo.path, set.content[i], photo.label < 0 ? "" : class_names[photo.label]});
    }
    progress.skipped.insert(progress.skipped.end(), set.skipped.begin(), set.skipped.end());
    progress.seen = std::min(begin + size, total);
    if (!pool.empty()) session.add_photos(std::move(pool), set.features.select(1, 0).contiguous());
    progress.complete = progress.seen == total;
    told(progress);
  }
}

}  // namespace pawprint
