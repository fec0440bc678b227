#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/data/labeled_images.h"
#include "app/evaluation/training_run.h"
#include "app/training/features.h"

namespace pawprint {

struct AutotunedInference {
  Backbone backbone;      // with the configuration, ready to run where it was tried
  ChosenInference facts;  // for metrics.json
  std::string problem;    // why the choice is not kept for the next run; empty while all is well
};

// At most this many photos are tried.
constexpr int64_t kSamplePhotos = 128;

// The fastest way to compute the backbone's features on this machine that agrees with the reference.
//   bfloat16: where the processor has it, if the median cosine to the reference's features is at least 0.999 and a head
//     fitted on the reference's says the same of at least 99 % of the photos
//   optimize_for_inference: tried where bfloat16 is not taken; if it is 5 % faster and its features differ by at most
//     1e-3 (relative L2)
//   sample: of at least two classes
//   folder: where the choice is kept (kept_choice.h), a file for each backbone and size; empty: nowhere
//   say: told when something has to be measured; may be null
AutotunedInference autotune_inference(const Backbone& backbone, const std::vector<Photo>& sample,
                                      const PhotoOptions& options, const std::filesystem::path& folder,
                                      const Say& say = {});

// How features are computed where the user says `precision`: chosen with kSamplePhotos of `photos`
// that are not for validation, the same for the same names, if that is auto and the network runs on the processor.
AutotunedInference configure_inference(const Backbone& backbone, const std::vector<Photo>& photos,
                                       const PhotoOptions& options, const std::filesystem::path& folder,
                                       Precision precision, Device device, const Say& say = {});

}  // namespace pawprint
