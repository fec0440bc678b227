#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/evaluation/training_run.h"
#include "app/training/fit_mlp.h"
#include "app/training/options.h"
#include "models/base/sha256.h"
#include "models/head.h"

namespace pawprint {

// Photos as a head sees them.
struct FeatureMatrix {
  at::Tensor features;          // [N,V,D] float32; view 0 is the photo as it is
  std::vector<int64_t> labels;  // [N]
  std::vector<Sha256> group;    // [N]: photos of a group share a fold
  int64_t classes = 2;
  std::vector<int64_t> blocks = {};  // how many of the D are each network's, where there are several

  FeatureMatrix select(const std::vector<int64_t>& index) const;  // a copy
  FeatureMatrix part(int64_t begin, int64_t count) const;         // shares the features' memory
};

// What heads said of photos whose group they had not seen. A photo of which no other group shares the class is left
// out.
struct OutOfFold {
  std::vector<int64_t> rows;    // [M] ascending
  std::vector<int64_t> labels;  // [M]
  std::vector<double> logits;   // [M*C] of the plain view
  std::vector<int64_t> fold;    // [M]
};

struct FittedHead {
  Head head;
  double temperature = 1;  // of the out-of-fold predictions
  OutOfFold out_of_fold;
  bool cross_validated = true;  // else too few photos were scored to choose penalty and temperature by
  HeadFacts facts;              // options, penalty or epochs, path, curves
};

// Fits the head. All views of a photo, and all photos of a group, are in one fold.
FittedHead fit_head(const FeatureMatrix& rows, const HeadOptions& options, const Progress& progress);

// The same kind of head with the penalty (or number of epochs) already chosen.
Head refit_head(const FeatureMatrix& rows, const FittedHead& fitted, const HeadOptions& options);

// The values of l2 that cross-validation tries: thirteen, descending, half a decade apart.
std::vector<double> l2_grid();

// The largest penalty whose loss is within one standard error of the least (Breiman et al. 1984): its index.
size_t one_standard_error_rule(const std::vector<CvPoint>& path);

}  // namespace pawprint
