#pragma once

#include <optional>
#include <vector>

#include "app/base/progress.h"
#include "app/evaluation/prediction.h"
#include "app/evaluation/training_run.h"
#include "app/training/options.h"
#include "models/classifier.h"

namespace pawprint {

struct EvaluateResult {
  Measurement measured;
  std::vector<LabeledPrediction> rows;  // of all photos: what validation.csv holds
  TrainingRun training;                 // of the model
  std::optional<Classifier> classifier;
};

// A model's figures on photos whose class is known: DATA's test part, else its validation part, else all; metrics.json
// and validation.csv in options.out.   say: what the data folder was taken for. Throws Error.
EvaluateResult evaluate_model(const EvaluateOptions& options, const Progress& progress, const Say& say = {});

}  // namespace pawprint
