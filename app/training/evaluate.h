#pragma once

#include <string>
#include <vector>

#include "app/evaluation/metrics.h"
#include "app/training/features.h"
#include "app/training/options.h"

namespace pawprint {

struct EvaluateResult {
  Evaluation evaluation;
  std::vector<std::string> class_names;
  std::vector<SkippedPhoto> skipped;
  int64_t ignored = 0;
};

// A model's figures on photos whose class is known (of DATA/train and DATA/val, the latter). Throws Error.
EvaluateResult evaluate_model(const EvaluateOptions& options, const Progress& progress);

}  // namespace pawprint
