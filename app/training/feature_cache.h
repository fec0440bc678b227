#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/data/file_stamp.h"
#include "app/data/photo_traits.h"
#include "app/data/record_store.h"
#include "app/training/options.h"
#include "models/base/sha256.h"

namespace pawprint {

// All that features depend on, the photo and its view aside.
struct FeatureKind {
  std::string text;      // backbone, configuration, preprocessing, decoding, and what computes
  std::string decoding;  // alone: all that traits depend on
  int64_t views = 2;
  int64_t dim = 1;
};

// Features on disk, by the content of photos; and the content of files that have not changed, so that known photos need
// not even be opened. Safe for several processes; what is damaged is not found; nothing here fails a run.
class FeatureCache {
 public:
  FeatureCache(const CacheOptions& options, const FeatureKind& kind);

  // The content of a file as it was when it was last read. Any thread.
  std::optional<Sha256> content(const FileStamp& stamp) const;

  // Copies the features of all views, [V,D] float32, to out; false if any is missing. Any thread.
  bool find(const Sha256& content, float* out) const;

  // What is kept beside the features. Any thread.
  std::optional<PhotoTraits> traits(const Sha256& content) const;

  // One thread at a time.
  void store_traits(const Sha256& content, const PhotoTraits& traits);
  void store(const Sha256& content, const float* features);
  // The stamp was taken before the file was read and again afterwards, and is settled.
  void remember(const FileStamp& stamp, const Sha256& content);

  std::string problem() const;  // why nothing can be stored; empty while all is well

 private:
  int64_t dim_;
  RecordStore stamps_, traits_;
  std::vector<std::unique_ptr<RecordStore>> views_;  // a kind of its own each: --no-mirror shares the first
};

}  // namespace pawprint
