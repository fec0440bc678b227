#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/metrics.h"
#include "app/report/validation_csv.h"
#include "app/training/features.h"
#include "app/training/options.h"
#include "models/classifier.h"

namespace pawprint {

struct EvaluateResult {
  Evaluation evaluation;
  std::vector<std::string> class_names;
  std::vector<SkippedPhoto> skipped;
  int64_t ignored = 0;
  std::vector<LabeledRow> rows;  // of all photos: what validation.csv holds
  nlohmann::json metrics;        // what metrics.json holds
  std::optional<Classifier> classifier;
};

// A model's figures on photos whose class is known: DATA's test part, else its validation part, else all; metrics.json
// and validation.csv in options.out.   say: what the data folder was taken for. Throws Error.
EvaluateResult evaluate_model(const EvaluateOptions& options, const Progress& progress, const Say& say = {});

}  // namespace pawprint
