#pragma once

#include <filesystem>
#include <vector>

#include "app/base/progress.h"
#include "app/training/features.h"

namespace pawprint {

// What is known of photos before any network has seen them: which can be read, their contents and traits; no features.
//   options: as for their features
//   cache: may be null
FeatureSet examine_photos(const std::vector<std::filesystem::path>& paths, const DecodeOptions& options,
                          int64_t threads, FeatureCache* cache, const Progress& progress);

}  // namespace pawprint
