#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "app/training/options.h"
#include "models/head.h"

namespace pawprint {

struct MlpData {
  at::Tensor x;       // [N,D] float32, standardized
  at::Tensor y;       // [N] int64
  at::Tensor weight;  // [N] float32
};

struct MlpFit {
  Head head;                          // for standardized features; batch normalization folded in
  std::vector<double> training_loss;  // [epochs run], dropout active
  std::vector<double> stopping_loss;  // [epochs run]; empty without stopping rows
  int64_t best_epoch = 0;             // the head is that of this epoch, from 1
};

// A perceptron: linear, batch normalization, ReLU, dropout, linear. Dropout (Srivastava 2014), batch normalization
// (Ioffe and Szegedy 2015) and decoupled weight decay (Loshchilov and Hutter 2019) against overfitting; Adam, cosine
// schedule.
// With stopping rows: early stopping, the head of the least loss on them. Without: all epochs.
// The same bits for the same seed.
MlpFit fit_mlp(const MlpData& rows, const std::optional<MlpData>& stopping, int64_t classes, const MlpOptions& options);

}  // namespace pawprint
