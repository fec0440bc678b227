#include "app/neurons/effective_field.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/script.h>

#include <algorithm>
#include <cmath>

#include "models/base/watchdog.h"

namespace pawprint {

namespace {

constexpr double kShare = 0.9;

// strength [S,S] float64: of the gradient. Side of the smallest square around (middle, middle) that holds kShare of it.
int64_t side_of(const at::Tensor& strength, double middle) {
  const int64_t px = strength.size(0);
  const at::Tensor distance = (at::arange(px, at::kDouble) - middle).abs();
  const at::Tensor ring = at::max(distance.unsqueeze(0), distance.unsqueeze(1)).round().to(at::kLong).flatten();
  const at::Tensor sums = at::bincount(ring, strength.flatten(), px).cumsum(0);
  const double total = sums[-1].item<double>();
  if (!(total > 0) || !std::isfinite(total)) return 0;
  const int64_t rings = sums.lt(kShare * total).sum().item<int64_t>();
  return std::min(px, 2 * rings + 1);
}

}  // namespace

std::vector<int64_t> effective_fields(const Backbone& backbone, const std::vector<StageGeometry>& stages,
                                      const at::Tensor& pixels, uint64_t seed) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(seed);
  std::vector<at::Tensor> strength(stages.size(), at::zeros({pixels.size(2), pixels.size(3)}, at::kDouble));
  try {
    torch::jit::Module module = backbone.module();
    for (int64_t n = 0; n < pixels.size(0); ++n) {
      const torch::AutoGradMode with_gradients(true);
      const at::Tensor x = pixels.narrow(0, n, 1).to(at::kFloat).clone().set_requires_grad(true);
      const Watchdog watchdog("the network");
      const auto maps = module.get_method("stages")({x}).toTensorVector();
      for (size_t s = 0; s < stages.size(); ++s) {
        const auto place = maps[s][0].select(2, stages[s].width / 2).select(1, stages[s].height / 2);
        const at::Tensor direction = at::empty_like(place).normal_(0, 1, random);
        const auto gradient = torch::autograd::grad({place.dot(direction)}, {x}, {}, true);
        strength[s] = strength[s] + gradient[0][0].detach().abs().sum(0).to(at::kDouble);
      }
    }
  } catch (const std::exception&) {  // operators without a derivative
    return std::vector<int64_t>(stages.size(), 0);
  }
  std::vector<int64_t> sides;
  for (size_t s = 0; s < stages.size(); ++s)
    sides.push_back(
        side_of(strength[s], stages[s].center_px + static_cast<double>(stages[s].width / 2) * stages[s].stride_px));
  return sides;
}

}  // namespace pawprint
