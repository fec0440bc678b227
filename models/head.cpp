#include "models/head.h"

#include <torch/script.h>

namespace pawprint {

at::Tensor Head::forward(const at::Tensor& features) const {
  const torch::NoGradGuard no_grad;
  std::vector<at::Tensor> rows;
  for (const auto& row : features.unbind(0)) {
    // A matrix times one vector each: a product of two matrices rounds differently with the number of rows.
    at::Tensor x = row.contiguous();
    for (size_t i = 0; i < layers.size(); ++i) {
      if (i > 0) x = x.relu();
      x = at::addmv(layers[i].bias, layers[i].weight, x);
    }
    rows.push_back(x);
  }
  return rows.empty() ? at::empty({0, classes()}) : at::stack(rows);
}

LinearLayer fold_standardization(const LinearLayer& layer, const at::Tensor& mean, const at::Tensor& scale) {
  const at::Tensor weight = layer.weight.to(at::kDouble) / scale;
  return {weight.to(at::kFloat), (layer.bias.to(at::kDouble) - weight.mv(mean)).to(at::kFloat)};
}

LinearLayer fold_affine(const LinearLayer& layer, const at::Tensor& scale, const at::Tensor& shift) {
  return {layer.weight * scale.unsqueeze(1), layer.bias * scale + shift};
}

}  // namespace pawprint
