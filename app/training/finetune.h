#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/prediction.h"
#include "app/evaluation/training_run.h"
#include "app/training/options.h"
#include "app/training/training_photos.h"
#include "models/base/file_set.h"
#include "models/classifier.h"

namespace pawprint {

struct FinetuneResult {
  TrainingRun run;                      // what metrics.json holds
  std::vector<LabeledPrediction> rows;  // of the validation photos: what validation.csv holds
  std::optional<Classifier> validated;  // with the head that said so, which is not that of model.pt after a refit
  std::string model_sha256;             // of model.pt
  int64_t photos = 0;                   // that could be read
  int64_t computed = 0;                 // of them: those whose features were not in the cache
  std::vector<ListNotFound> not_found;  // of options.exclude and options.relabel
  std::string cache_problem;            // why features or the choice of precision are not kept; empty if they are
};

// The files of a run: model.pt, metrics.json, validation.csv, test_photos.csv and report.html.
FileSet run_files(const std::filesystem::path& folder);

// Folder to files of a run, all but report.html, in options.out once they are committed. Throws Error.
//   say: what the data folder was taken for
FinetuneResult finetune(const FinetuneOptions& options, FileSet& files, const MakeProgress& progress,
                        const Say& say = {});

}  // namespace pawprint
