#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace pawprint {

// weight [out,in] float32, bias [out] float32.
struct LinearLayer {
  at::Tensor weight;
  at::Tensor bias;
};

// What turns features into logits: linear layers with ReLU between them. One layer: logistic regression.
// Standardization and batch normalization are folded into the layers, so that a head of one layer is exactly <w,x> + b
// on raw features.
struct Head {
  std::vector<LinearLayer> layers;

  int64_t feature_dim() const { return layers.front().weight.size(1); }
  int64_t classes() const { return layers.back().weight.size(0); }

  // features [N,D] float32 -> logits [N,C] float32. Row by row: the same bits whatever the other rows are.
  at::Tensor forward(const at::Tensor& features) const;
};

// The layer that does to x what `layer` does to (x - mean) / scale.   mean, scale [in] float64
LinearLayer fold_standardization(const LinearLayer& layer, const at::Tensor& mean, const at::Tensor& scale);

// The layer that does what `layer` followed by y * scale + shift does.   scale, shift [out]
LinearLayer fold_affine(const LinearLayer& layer, const at::Tensor& scale, const at::Tensor& shift);

}  // namespace pawprint
