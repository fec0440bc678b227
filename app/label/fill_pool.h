#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/label/label_session.h"
#include "app/training/prepare_features.h"

namespace pawprint {

// What is known of a session's photos so far.
struct PoolProgress {
  int64_t seen = 0, total = 0;
  bool complete = false;              // the session has all that can be read
  std::vector<SkippedPhoto> skipped;  // of the parts that are done
  std::string cache_problem;          // why features are not kept; empty if they are
};

// What a network is shown for teaching: whole photos, a size larger than those it was trained with, where it takes
// them, else photos made square. Labels are few then, and what the network sees counts more (docs/label.md).
PreprocessSpec view_for_teaching(const Backbone& backbone);

// Shows the network all photos in random order, in parts that begin with a hundred and double, and hands each part
// over.
//   photos: a label below 0 means none
//   told: of each photo; may throw Interrupted
void fill_pool(LabelSession& session, const Backbone& backbone, const FeatureOptions& options,
               std::vector<Photo> photos, const std::vector<std::string>& class_names, uint64_t seed,
               const std::function<void(const PoolProgress&)>& told);

}  // namespace pawprint
