#include "app/training/feature_cache.h"

namespace pawprint {

namespace {

std::string_view key_of(const Sha256& content) {
  return {reinterpret_cast<const char*>(content.bytes.data()), content.bytes.size()};
}

}  // namespace

FeatureCache::FeatureCache(const CacheOptions& options, const FeatureKind& kind)
    : dim_(kind.dim),
      stamps_(options.folder / "features",
              {"photos", "SHA-256 of unchanged files", FileStamp::kKeyBytes, sizeof(Sha256::bytes)},
              options.limit_bytes),
      traits_(
          options.folder / "features",
          {"traits", "perceptual hash, time and camera; " + kind.decoding, sizeof(Sha256::bytes), PhotoTraits::kBytes},
          options.limit_bytes) {
  for (int64_t view = 0; view < kind.views; ++view)
    views_.push_back(
        std::make_unique<RecordStore>(options.folder / "features",
                                      RecordKind{"features", kind.text + (view == 0 ? " plain" : " mirrored"),
                                                 sizeof(Sha256::bytes), static_cast<size_t>(kind.dim) * sizeof(float)},
                                      options.limit_bytes));
}

std::optional<Sha256> FeatureCache::content(const FileStamp& stamp) const {
  Sha256 found;
  return stamps_.find(stamp.key(), found.bytes.data()) ? std::optional(found) : std::nullopt;
}

bool FeatureCache::find(const Sha256& content, float* out) const {
  for (const auto& view : views_) {
    if (!view->find(key_of(content), out)) return false;
    out += dim_;
  }
  return true;
}

std::optional<PhotoTraits> FeatureCache::traits(const Sha256& content) const {
  std::string bytes(PhotoTraits::kBytes, '\0');
  if (!traits_.find(key_of(content), bytes.data())) return std::nullopt;
  return PhotoTraits::from_bytes(bytes);
}

void FeatureCache::store_traits(const Sha256& content, const PhotoTraits& traits) {
  traits_.append(key_of(content), traits.to_bytes().data());
}

void FeatureCache::store(const Sha256& content, const float* features) {
  for (const auto& view : views_) {
    view->append(key_of(content), features);
    features += dim_;
  }
}

void FeatureCache::remember(const FileStamp& stamp, const Sha256& content) {
  stamps_.append(stamp.key(), content.bytes.data());
}

std::string FeatureCache::problem() const {
  for (const auto& view : views_) {
    if (!view->problem().empty()) return view->problem();
  }
  return stamps_.problem().empty() ? traits_.problem() : stamps_.problem();
}

}  // namespace pawprint
