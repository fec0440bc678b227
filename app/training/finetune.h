#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/prediction.h"
#include "app/evaluation/training_run.h"
#include "app/training/options.h"
#include "app/training/test_part.h"
#include "models/classifier.h"

namespace pawprint {

struct FinetuneResult {
  TrainingRun run;                      // what metrics.json holds
  std::vector<LabeledPrediction> rows;  // of the validation photos: what validation.csv holds
  std::optional<Classifier> validated;  // with the head that said so, which is not that of model.pt after a refit
  int64_t photos = 0;                   // that could be read
  int64_t computed = 0;                 // of them: those whose features were not in the cache
  std::vector<std::string> not_found;   // photos of the list of excluded ones that are not in the data
  std::string cache_problem;            // why features could not be kept; empty while all is well
};

// Folder to model.pt, metrics.json, validation.csv and test_photos.csv in options.out. Throws Error.
//   say: what the data folder was taken for
FinetuneResult finetune(const FinetuneOptions& options, const MakeProgress& progress, const Say& say = {});

}  // namespace pawprint
