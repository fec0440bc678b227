// What the networks of a training see of its photos.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/base/stopwatch.h"
#include "app/evaluation/input_choice.h"
#include "app/training/prepare_features.h"
#include "app/training/training_photos.h"

namespace pawprint {

struct SeenPhotos {
  std::vector<PreparedNetwork> networks;  // those that are used, as they are shown the photos
  std::optional<InputChoice> choice;      // how that was chosen; none: it was given, or nothing could be tried
  FeatureSet set;                         // their features side by side
  std::string cache_problem;              // why something is not kept for the next run; empty if all is
};

// Loads the networks, finds out what they are best shown (try_inputs.h) unless the options say it, and gets their
// features. Validation and test photos take no part in the choice. Throws Error, as check_unreadable() does, too.
//   watch: ends its stages `load_backbone`, `autotune_inference`, `trial` and `features`
SeenPhotos see_photos(const TrainingPhotos& images, const FinetuneOptions& options, const MakeProgress& progress,
                      const Say& say, Stopwatch& watch);

std::vector<Backbone> backbones_of(const std::vector<PreparedNetwork>& networks);

}  // namespace pawprint
