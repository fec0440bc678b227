// What networks are best shown of a dataset, and which of them: the trial that finetune makes, on all photos.
#pragma once

#include "app/base/progress.h"
#include "app/evaluation/input_choice.h"
#include "app/training/options.h"

namespace pawprint {

struct TuneResult {
  InputChoice choice;
  std::vector<SkippedPhoto> skipped;
  std::string cache_problem;  // why features are not kept; empty if they are
};

// Throws Error, also where nothing can be tried: too few photos or too little time.
TuneResult tune(const TuneOptions& options, const MakeProgress& progress, const Say& say = {});

}  // namespace pawprint
