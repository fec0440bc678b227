#include "app/faces/perceptual_loss.h"

#include <torch/script.h>

#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr size_t kStages = 2;

std::vector<torch::jit::Module> early_stages(const torch::jit::Module& module) {
  std::vector<torch::jit::Module> stages;
  for (const auto& stage : module.attr("trunk").toModule().children()) {
    stages.push_back(stage);
    if (stages.size() == kStages) break;
  }
  return stages;
}

}  // namespace

PerceptualLoss::PerceptualLoss(const std::filesystem::path& backbone) : backbone_(Backbone::load(backbone)) {
  if (!backbone_.module().hasattr("trunk"))
    throw Error(in_quotes(backbone.native()) +
                ": expected a backbone exported by models/export_backbone.py, which has stages, got a plain network");
  for (const auto& parameter : backbone_.module().parameters()) parameter.requires_grad_(false);
}

at::Tensor PerceptualLoss::operator()(const at::Tensor& y, const at::Tensor& x) const {
  const torch::jit::GraphOptimizerEnabledGuard interpreter(false);
  const auto& spec = backbone_.preprocess();
  const auto mean = torch::tensor(at::ArrayRef<float>(spec.mean)).view({1, 3, 1, 1});
  const auto std = torch::tensor(at::ArrayRef<float>(spec.std)).view({1, 3, 1, 1});
  at::Tensor a = (y - mean) / std, b = (x - mean) / std, loss;
  for (auto stage : early_stages(backbone_.module())) {
    a = stage.forward({a}).toTensor();
    b = stage.forward({b}).toTensor();
    const auto difference = (a - b).square().mean() / b.square().mean().clamp_min(1e-8);
    loss = loss.defined() ? loss + difference : difference;
  }
  return loss / static_cast<double>(kStages);
}

}  // namespace pawprint
