#include "app/training/examine_photos.h"

#include "app/base/parallel.h"
#include "app/data/decode.h"
#include "app/training/runtime.h"

namespace pawprint {

namespace {

struct Examined {
  std::string error;
  Sha256 content;
  PhotoTraits traits;
  StampBeforeReading before;
  bool known = false;  // it need not be stored
};

Examined examine(const std::filesystem::path& path, const DecodeOptions& options, const FeatureCache* cache) {
  Examined photo;
  if (cache != nullptr) photo.before = StampBeforeReading::of(path);
  const auto find_traits = [&] {
    const auto found = cache != nullptr ? cache->traits(photo.content) : std::nullopt;
    if (found) photo.traits = *found;
    return found.has_value();
  };
  if (const auto content = photo.before.stamp ? cache->content(*photo.before.stamp) : std::nullopt) {
    photo.content = *content;
    photo.known = find_traits();
    if (photo.known) return photo;
  }
  try {
    const std::string bytes = read_photo(path, options.limits);
    photo.content = sha256(bytes);
    if (!find_traits()) photo.traits = photo_traits(bytes, decode_photo(bytes, options));
  } catch (const Unreadable& reason) {
    photo.error = reason.what();
  }
  return photo;
}

void store(const std::filesystem::path& path, const Examined& photo, FeatureCache& cache) {
  cache.store_traits(photo.content, photo.traits);
  if (photo.before.holds(path)) cache.remember(*photo.before.stamp, photo.content);
}

}  // namespace

FeatureSet examine_photos(const std::vector<std::filesystem::path>& paths, const DecodeOptions& options,
                          int64_t threads, FeatureCache* cache, const Progress& progress) {
  FeatureSet set;
  int64_t next = 0;
  parallel_for(
      math_workers(threads), static_cast<int64_t>(paths.size()),
      [&](int64_t i) { return examine(paths[static_cast<size_t>(i)], options, cache); },
      [&](const Examined& photo) {
        const auto& path = paths[static_cast<size_t>(next)];
        const int64_t i = next++;
        if (!photo.error.empty()) {
          set.skipped.push_back({path, photo.error});
          return;
        }
        if (cache != nullptr && !photo.known) store(path, photo, *cache);
        set.rows.push_back(i);
        set.content.push_back(photo.content);
        set.traits.push_back(photo.traits);
      },
      progress);
  return set;
}

}  // namespace pawprint
