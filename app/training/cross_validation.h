#pragma once

#include "app/training/fit_head.h"

namespace pawprint {

// All views of all photos as rows, standardised by their own mean and standard deviation (labels play no part in it).
struct StandardisedRows {
  at::Tensor x;               // [N*V,D] float32; the views of a photo in a row
  at::Tensor y;               // [N*V] int64
  at::Tensor weight;          // [N*V] float64: 1, or N / (C * photos of the class)
  at::Tensor mean, scale;     // [D] float64
  std::vector<int64_t> fold;  // [N]
  int64_t folds = 0, views = 1, classes = 2;

  std::vector<int64_t> photos_in(int64_t fold_number, bool inside) const;
  at::Tensor row_index(const std::vector<int64_t>& photos, bool first_view_only) const;  // into x
};

StandardisedRows standardise(const HeadRows& rows, const HeadOptions& options);

struct CrossValidation {
  std::vector<PathPoint> path;
  size_t chosen = 0;           // index into path
  std::vector<double> logits;  // [N*C] of the plain view, each from the fit that did not see the photo
};

// Logistic heads for each penalty (descending) and fold.
CrossValidation cross_validate_logistic(const StandardisedRows& rows, const std::vector<double>& l2_values, double l1,
                                        int64_t threads, const Progress& progress);

// Out-of-fold logits of perceptrons, each stopped early on a part of its own training rows.
std::vector<double> cross_validate_mlp(const StandardisedRows& rows, const MlpOptions& options, int64_t threads,
                                       const Progress& progress);

MlpRows mlp_rows(const StandardisedRows& rows, const std::vector<int64_t>& photos);

}  // namespace pawprint
