#include "models/source_classifier.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <nlohmann/json.hpp>

namespace pawprint {
namespace {

// A backbone of three features, the pixels' means, with this classifier of the last map and four classes.
Backbone backbone(const std::string& classify) {
  torch::jit::Module classifier("classifier"), module("backbone");
  classifier.register_parameter("weight", torch::arange(12).to(at::kFloat).view({4, 3}) / 10, false);
  classifier.define("def forward(self, x):\n    " + classify + "\n");
  module.register_module("classifier", classifier);
  module.define(R"(
def forward(self, x):
    return x.mean([2, 3])
def with_logits(self, x):
    return x.mean([2, 3]), self.classifier.forward(x)
)");
  module.eval();
  const nlohmann::json description = {{"format", 1},
                                      {"name", "means"},
                                      {"feature_dim", 3},
                                      {"preprocess", to_json(PreprocessSpec())},
                                      {"classes", {"wig", "cat", "dog", "bow"}}};
  return Backbone(module, description, "id", Device::kCpu);
}

constexpr char kPooled[] = "return torch.mean(x, [2, 3]) @ torch.t(self.weight)";

TEST(SourceClassifier, SaysOfFeaturesWhatTheNetworkSaysOfPixels) {
  const auto whole = backbone(kPooled);
  const auto source = SourceClassifier::of(whole);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->class_names()[0], "wig");
  const auto pixels = torch::rand({5, 3, 8, 8});
  const auto expected =
      torch::softmax(whole.module().get_method("with_logits")({pixels}).toTuple()->elements()[1].toTensor(), 1);
  EXPECT_TRUE(torch::allclose(source->probabilities(pixels.mean({2, 3})), expected, 1e-4, 1e-5));
  EXPECT_NEAR(source->probabilities(torch::ones({1, 3})).sum().item<float>(), 1, 1e-5);
}

TEST(SourceClassifier, IsNoneWhereTheFeaturesAreNotEnough) {
  EXPECT_FALSE(SourceClassifier::of(backbone("return torch.mean(torch.relu(x), [2, 3]) @ torch.t(self.weight)")));
  EXPECT_FALSE(SourceClassifier::of(backbone("return torch.mean(x[:, :, 2:], [2, 3]) @ torch.t(self.weight)")));
}

TEST(SourceClassifier, IsNoneWhereTheFileNamesNoClasses) {
  const auto whole = backbone(kPooled);
  auto description = whole.description();
  description.erase("classes");
  EXPECT_FALSE(SourceClassifier::of(Backbone(whole.module(), description, "id", Device::kCpu)));
}

}  // namespace
}  // namespace pawprint
