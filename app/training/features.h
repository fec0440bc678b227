#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

#include "app/data/progress.h"
#include "app/training/options.h"
#include "models/backbone.h"
#include "models/sha256.h"

namespace pawprint {

struct SkippedPhoto {
  std::filesystem::path path;
  std::string reason;
};

// A few photos as the network takes them.
struct ImageBatch {
  at::Tensor pixels;  // [R*V,3,S,S] float32, RGB, normalised, channels-last; the views of a photo in a row
  std::vector<std::string> status;  // [N] `ok`, or why a photo could not be read; R of them are ok
  std::vector<Sha256> content;      // [R] hash of each readable file's bytes
};

ImageBatch load_batch(const std::vector<std::filesystem::path>& paths, const PreprocessSpec& spec,
                      const PhotoOptions& options);

// The features of the readable photos among `paths`, in their order.
struct FeatureSet {
  at::Tensor features;          // [R,V,D] float32
  std::vector<int64_t> rows;    // [R] index into paths
  std::vector<Sha256> content;  // [R]
  std::vector<SkippedPhoto> skipped;
};

// Reads each photo once. Workers take batches from file to features; the result does not depend on their number.
FeatureSet extract_features(const std::vector<std::filesystem::path>& paths, const Backbone& backbone,
                            const PreprocessSpec& spec, const PhotoOptions& options, const Progress& progress);

}  // namespace pawprint
