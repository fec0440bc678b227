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
  std::optional<Fit> fit = {};  // none: the backbone's own
  int64_t image_size_px = 0;    // crop; 0: the backbone's own
  bool managed_color = false;   // as the backbone has it, or so
  NetworkOptions network = {};
  PhotoOptions photos = {};
  CacheOptions cache = {};
  std::optional<InferenceConfig> config = {};  // none: found out (autotune_inference.h)
  Say say = {};                                // told that this is being found out, which takes seconds
};

// A network that is ready to be shown photos.
struct PreparedNetwork {
  Backbone backbone;  // with the configuration, and the preprocessing asked for
  ChosenInference config;
  std::string weights_before;  // hash of the backbone's parameters, before it computed anything
  std::string cache_problem;   // why the choice of precision is not kept; empty if it is
};

// Loads the backbone, or that of a model of ours, and finds out how to compute, with some of the photos.
//   watch: ends its stages `load_backbone` and `autotune_inference`; may be null
PreparedNetwork prepare_network(const FeatureOptions& options, const std::vector<Photo>& photos,
                                Stopwatch* watch = nullptr);

// Several, whose features shall lie side by side. Throws Error for the same one twice.
std::vector<PreparedNetwork> prepare_networks(const std::vector<std::filesystem::path>& backbones,
                                              const FeatureOptions& options, const std::vector<Photo>& photos,
                                              Stopwatch* watch = nullptr);

struct KeptFeatures {
  FeatureSet set;
  std::string cache_problem = {};  // why they are not kept; empty if they are
};

// The backbone's features of all photos that can be read, from the cache or computed.
//   visit: shown every photo that can be read (features.h); may be null
KeptFeatures get_features(const Backbone& backbone, const FeatureOptions& options, const std::vector<Photo>& photos,
                          const Progress& progress, const VisitPhoto& visit = {});

// The same without features: what is known of the photos before any network sees them.
KeptFeatures get_traits(const Backbone& backbone, const FeatureOptions& options, const std::vector<Photo>& photos,
                        const Progress& progress);

}  // namespace pawprint
