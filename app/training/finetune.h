#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/metrics.h"
#include "app/report/validation_csv.h"
#include "app/training/features.h"
#include "app/training/options.h"
#include "app/training/test_part.h"
#include "models/classifier.h"

namespace pawprint {

struct FinetuneResult {
  Evaluation evaluation;                       // on the validation photos, by the head that did not see them
  Evaluation with_mirror;                      // the same with --tta
  Evaluation uncalibrated;                     // the same with a temperature of 1
  std::optional<Evaluation> without_excluded;  // on those that no list excludes, where one names some
  std::optional<double> ungrouped_accuracy;    // with a split that does not know of groups, where that is another
  std::optional<TestFigures> test;             // of the finished model, on photos held out from all of the training
  std::vector<double> probabilities;           // [M*C] of the validation photos
  nlohmann::json metrics;                      // what metrics.json holds
  std::vector<LabeledRow> rows;                // of the validation photos: what validation.csv holds
  std::optional<Classifier> validated;  // with the head that said so, which is not that of model.pt after a refit
  std::vector<SkippedPhoto> skipped;
  int64_t photos = 0;                  // that could be read
  int64_t computed = 0;                // of them: those whose features were not in the cache
  std::vector<std::string> not_found;  // photos of the list of excluded ones that are not in the data
  std::string cache_problem;           // why features could not be kept; empty while all is well
};

// Folder to model.pt, metrics.json, validation.csv and test_photos.csv in options.out. Throws Error.
//   say: what the data folder was taken for
FinetuneResult finetune(const FinetuneOptions& options, const MakeProgress& make_progress, const Say& say = {});

}  // namespace pawprint
