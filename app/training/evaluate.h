#pragma once

#include <optional>
#include <vector>

#include "app/base/progress.h"
#include "app/evaluation/prediction.h"
#include "app/evaluation/training_run.h"
#include "app/training/options.h"
#include "models/base/file_set.h"
#include "models/classifier.h"

namespace pawprint {

struct EvaluateResult {
  Measurement measured;
  std::vector<LabeledPrediction> rows;  // of all photos: what validation.csv holds
  TrainingRun training;                 // of the model
  std::optional<Classifier> classifier;
};

// metrics.json, validation.csv and report.html.
FileSet evaluation_files(const std::filesystem::path& folder);

// A model's figures on photos whose class is known: DATA's test part, else its validation part, else all. Throws Error.
//   files: gets metrics.json and validation.csv; may be null
//   say: what the data folder was taken for
EvaluateResult evaluate_model(const EvaluateOptions& options, FileSet* files, const Progress& progress,
                              const Say& say = {});

}  // namespace pawprint
