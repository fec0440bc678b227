#pragma once

#include "app/training/fit_head.h"
#include "app/training/fit_logistic.h"

namespace pawprint {

// All views of all photos as rows, standardized by their own mean and standard deviation (labels play no part in it).
// Logistic heads of many classes see them turned to their principal axes, R <= D of them, which changes no optimum
// under an l2 penalty and makes it quick to find.
struct StandardizedFeatures {
  at::Tensor x;               // [N*V,R] float32; the views of a photo in a row
  at::Tensor y;               // [N*V] int64
  at::Tensor weight;          // [N*V] float64: 1, or N / (C * photos of the class)
  at::Tensor mean, scale;     // [D] float64
  at::Tensor axes, variance;  // [D,R] float32 and [R] float64, or undefined: R = D
  std::vector<int64_t> fold;  // [N]
  std::vector<bool> scored;   // [N] its class has photos in other folds: who has never seen a class cannot name it
  int64_t folds = 0, views = 1, classes = 2;

  LogisticProblem problem() const { return {x, y, weight, classes, variance}; }
  at::Tensor transform(const at::Tensor& features) const;  // [M,D] -> [M,R], as x was made
  std::vector<int64_t> photos_in(int64_t fold_number, bool inside) const;
  std::vector<int64_t> scored_in(int64_t fold_number) const;
  at::Tensor row_index(const std::vector<int64_t>& photos, bool first_view_only) const;  // into x
};

//   block_scale: what each of rows.blocks is multiplied by afterwards; empty: 1
StandardizedFeatures standardize(const FeatureMatrix& rows, const HeadOptions& options,
                                 const std::vector<double>& block_scale = {});

struct CrossValidation {
  std::vector<CvPoint> path;  // ends where weaker penalties are clearly worse
  size_t chosen = 0;          // index into path
  OutOfFold out_of_fold;
};

// Logistic heads for each penalty (descending) and fold, as far as weaker ones do not do worse. Of many classes only
// the fits of the chosen penalty are exact to 1e-6 of the loss; the others to 2e-5.
CrossValidation cross_validate_logistic(const StandardizedFeatures& rows, const std::vector<double>& l2_values,
                                        double l1, int64_t threads, const Progress& progress);

// Out-of-fold logits of perceptrons, each stopped early on a part of its own training rows.
OutOfFold cross_validate_mlp(const StandardizedFeatures& rows, const MlpOptions& options, int64_t threads,
                             const Progress& progress);

MlpData mlp_data(const StandardizedFeatures& rows, const std::vector<int64_t>& photos);

}  // namespace pawprint
