#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/data/labeled_images.h"
#include "app/evaluation/metrics.h"
#include "app/training/features.h"

namespace pawprint {

struct EvaluateOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::vector<std::pair<std::string, std::string>> renames;  // class of the data, class of the model
  std::filesystem::path model;
  PhotoOptions photos;  // mirror: average the mirror image's logits
  std::string device = "cpu";
  int64_t limit = 0;
  uint64_t seed = 1;
  std::optional<std::filesystem::path> out;  // metrics.json and validation.csv
};

struct EvaluateResult {
  Evaluation evaluation;
  std::vector<std::string> class_names;
  std::vector<SkippedPhoto> skipped;
  int64_t ignored = 0;
};

// A model's figures on photos whose class is known (of DATA/train and DATA/val, the latter). Throws Error.
EvaluateResult evaluate_model(const EvaluateOptions& options, const Progress& progress);

}  // namespace pawprint
