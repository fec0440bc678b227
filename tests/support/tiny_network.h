#pragma once

#include <torch/script.h>

#include <nlohmann/json.hpp>

#include "models/checksummed_archive.h"
#include "tests/support/shared.h"

namespace pawprint::testing {

// A convolution of stride 4 with 5 channels, average-pooled: small enough to run anywhere, real enough to be frozen.
inline torch::jit::Module tiny_network(uint64_t seed = 1) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(seed);
  torch::jit::Module module("tiny");
  module.register_parameter("weight", at::empty({5, 3, 4, 4}).normal_(0, 0.3, random), false);
  module.register_buffer("running_mean", at::zeros({5}));
  module.define(R"(
def forward(self, x):
    h = torch.relu(torch.conv2d(x, self.weight, None, [4, 4]))
    return torch.mean(h, [2, 3]) - self.running_mean
)");
  module.eval();
  return module;
}

inline nlohmann::json tiny_description() {
  return {{"format", 1},
          {"name", "tiny"},
          {"feature_dim", 5},
          {"preprocess",
           {{"resize", 40},
            {"crop", 32},
            {"interpolation", "bilinear"},
            {"mean", {0.5, 0.5, 0.5}},
            {"std", {0.25, 0.25, 0.25}}}}};
}

inline std::filesystem::path save_tiny_backbone(const std::filesystem::path& path, uint64_t seed = 1) {
  save_archive(tiny_network(seed), tiny_description(), "backbone.json", path);
  return path;
}

}  // namespace pawprint::testing
