#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/base/stopwatch.h"
#include "app/data/labeled_images.h"
#include "app/evaluation/training_run.h"
#include "app/training/features.h"
#include "app/training/options.h"

namespace pawprint {

struct FeatureOptions {
  std::filesystem::path backbone = {};
  int64_t image_size_px = 0;  // crop; 0: the backbone's own
  NetworkOptions network = {};
  PhotoOptions photos = {};
  CacheOptions cache = {};
  std::optional<InferenceConfig> config = {};  // none: found out (autotune_inference.h)
};

struct PreparedFeatures {
  Backbone backbone;  // with the configuration
  PreprocessSpec preprocess;
  ChosenInference config;
  FeatureSet set;
  std::string weights_before;  // hash of the backbone's parameters, before it computed anything
  std::string cache_problem;   // why features or the choice of precision are not kept; empty if they are
};

// Loads the backbone, finds out how to compute, and gets the features of all photos.
//   visit: shown every photo that can be read (features.h); may be null
//   watch: ends its stages `load_backbone`, `autotune_inference` and `features`; may be null
PreparedFeatures prepare_features(const FeatureOptions& options, const std::vector<Photo>& photos,
                                  const MakeProgress& progress, const VisitPhoto& visit = {},
                                  Stopwatch* watch = nullptr);

}  // namespace pawprint
