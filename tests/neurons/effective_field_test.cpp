#include "app/neurons/effective_field.h"

#include <torch/script.h>

#include "models/base/error.h"
#include "tests/support/staged_network.h"

namespace pawprint {
namespace {

std::vector<StageGeometry> stages_of_staged() {
  StageGeometry pixels{"pixels", 3, 32, 32}, places{"places", 2, 8, 8};
  places.stride_px = 4;
  places.center_px = 1.5;
  return {pixels, places};
}

TEST(EffectiveField, OfPlacesThatWeighTheirPixelsAlikeIsNearlyAllOfTheField) {
  const auto backbone = testing::staged_backbone("torch.mean(h, [2, 3])");
  const auto sides = effective_fields(backbone, stages_of_staged(), at::ones({2, 3, 32, 32}), 1);
  EXPECT_EQ(sides[0], 1);  // the map is the pixels
  EXPECT_EQ(sides[1], 5);  // four pixels wide, around a middle between two of them
}

TEST(EffectiveField, IsUnknownWithoutGradients) {
  torch::jit::Module module("rounded");
  module.define("def stages(self, x):\n    return [torch.argmax(x, 1, True).float()]\n");
  module.define("def forward(self, x):\n    return torch.mean(self.stages(x)[-1], [2, 3])\n");
  module.eval();
  auto description = testing::tiny_description();
  description["feature_dim"] = 1;
  const Backbone backbone(module, description, "", Device::kCpu);
  EXPECT_EQ(effective_fields(backbone, {StageGeometry{"one", 1, 32, 32}}, at::rand({1, 3, 32, 32}), 1),
            std::vector<int64_t>{0});
}

}  // namespace
}  // namespace pawprint
