#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>

#include "models/backbone.h"

namespace pawprint {

// How differently a frozen network's early stages see two pictures (Hou et al. 2017, arXiv:1610.00291): of each of the
// first two stages the mean squared difference of the maps over their mean square, averaged.
class PerceptualLoss {
 public:
  // Throws Error if the network has no stages (see docs/backbones.md).
  explicit PerceptualLoss(const std::filesystem::path& backbone);

  // y, x [N,3,S,S] float32 RGB 0..1 -> scalar, differentiable in y. Any thread.
  at::Tensor operator()(const at::Tensor& y, const at::Tensor& x) const;

  const std::string& id() const { return backbone_.id(); }

 private:
  Backbone backbone_;
};

}  // namespace pawprint
