#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/data/labeled_images.h"
#include "app/evaluation/metrics.h"
#include "app/training/features.h"
#include "app/training/fit_head.h"

namespace pawprint {

struct FinetuneOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::optional<std::filesystem::path> validation;  // another folder, of the same form
  double validation_fraction = 0.2;                 // 0 < f < 1; not used where a validation set is given
  std::filesystem::path backbone;
  int64_t image_size_px = 0;  // crop; 0: the backbone's own
  int64_t limit = 0;          // photos in all; 0: all
  double max_unreadable = 0.05;
  bool refit = true;  // on all photos, after the validation figures
  HeadOptions head;
  PhotoOptions photos;
  std::string device = "cpu";
  uint64_t seed = 1;
  std::filesystem::path out;
  void validate() const;  // throws UsageError naming the first bad field
};

struct FinetuneResult {
  Evaluation evaluation;   // on the validation photos, by the head that did not see them
  Evaluation with_mirror;  // the same with --tta
  nlohmann::json metrics;  // what metrics.json holds
  std::vector<SkippedPhoto> skipped;
};

// Folder to model.pt, metrics.json and validation.csv in options.out. Throws Error.
FinetuneResult finetune(const FinetuneOptions& options, const MakeProgress& make_progress);

// What metrics.json says of an evaluation: accuracy, accuracy_low ... confusion. Numbers that cannot be had are null.
nlohmann::json to_json(const Evaluation& evaluation);
nlohmann::json to_json(const std::vector<SkippedPhoto>& skipped);

}  // namespace pawprint
