// What is said of a finished run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/evaluation/training_run.h"
#include "app/training/prepare_features.h"
#include "app/training/training_photos.h"

namespace pawprint {

// Of the validation photos, by the head that did not see them.
struct ValidationFigures {
  std::vector<double> probabilities;           // [M*C], calibrated
  Evaluation evaluation;                       // of those
  Evaluation with_mirror;                      // the same with --tta
  Evaluation uncalibrated;                     // the same with a temperature of 1
  std::optional<Evaluation> without_excluded;  // on those that no list excludes, where one names some
  std::optional<Evaluation> original_labels;   // by the labels as the data has them, where a person corrected some
  std::optional<double> ungrouped_accuracy;    // with a split that does not know of groups, where that is another
};

ValidationFigures validate_head(const TrainValSplit& data, const FittedHead& fitted, const FinetuneOptions& options);

// All but the learning curve, what is familiar, and what depends on the clock.
TrainingRun describe_training(const FinetuneOptions& options, const TrainingPhotos& images,
                              const std::vector<PreparedNetwork>& networks, const TrainValSplit& data,
                              const FittedHead& fitted, const ValidationFigures& figures);

UsedNetwork used_network(const Backbone& backbone, const ChosenInference& config);

std::map<std::string, std::string> library_versions();  // of pawprint, LibTorch and OpenCV

}  // namespace pawprint
