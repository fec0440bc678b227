// What the networks are best shown: crops, squashed or whole photos, of which size; and which of several networks are
// worth their time. Tried on a part of the training photos, as many as a budget of time allows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/base/progress.h"
#include "app/evaluation/input_choice.h"
#include "app/training/fit_head.h"
#include "app/training/prepare_features.h"

namespace pawprint {

// Fewer tell nothing.
constexpr int64_t kFewestPhotos = 60;

struct TrialOptions {
  FeatureOptions features;  // how photos are read and kept
  HeadOptions head;         // how its penalty is chosen is how it is tried
  // For the features of the trial, about; none: as long as those of all photos take as the networks were trained, 15 s
  // at the least.
  std::optional<double> budget_s;
  uint64_t seed = 1;
};

struct ChosenInput {
  InputChoice choice;
  std::vector<size_t> networks;       // those that are used, of the prepared ones
  std::vector<PreprocessSpec> specs;  // what each of them is shown
};

// networks: each with its own preprocessing
// photos [N], rows [N]: for training; rows need no features
// None where nothing can be tried: too few photos, too little time, networks that take nothing else.
// The same photos, seed and kept choices of precision (kept_choice.h) give the same choice: no clock decides.
std::optional<ChosenInput> try_inputs(const std::vector<PreparedNetwork>& networks, const std::vector<Photo>& photos,
                                      const FeatureMatrix& rows, const TrialOptions& options,
                                      const MakeProgress& progress, const Say& say);

}  // namespace pawprint
