#pragma once

#include <torch/script.h>

#include "models/classifier.h"
#include "tests/support/tiny_network.h"

namespace pawprint::testing {

// Two features, how red and how blue places of 4 x 4 pixels are, with stages() as a backbone has it.
inline Backbone staged_backbone(const std::string& pooling) {
  torch::jit::Module module("staged");
  auto weight = at::zeros({2, 3, 4, 4});
  weight[0][0].fill_(1 / 16.);
  weight[1][2].fill_(1 / 16.);
  module.register_parameter("weight", weight, false);
  module.define("def stages(self, x):\n    return [x, torch.relu(torch.conv2d(x, self.weight, None, [4, 4]))]\n");
  module.define("def forward(self, x):\n    h = self.stages(x)[-1]\n    return " + pooling + "\n");
  module.eval();
  auto description = tiny_description();
  description["name"] = "staged";
  description["feature_dim"] = 2;
  return Backbone(module, description, "", Device::kCpu);
}

inline Classifier staged_classifier(const Head& head, double temperature = 1,
                                    const std::string& pooling = "torch.mean(h, [2, 3])") {
  const Backbone backbone = staged_backbone(pooling);
  std::vector<std::string> names;
  for (int64_t c = 0; c < head.classes(); ++c) names.push_back("class " + std::to_string(c));
  return {{backbone}, head, names, temperature, {}};
}

}  // namespace pawprint::testing
