#include "models/backbone.h"

#include "models/backbone_check.h"
#include "models/base/error.h"
#include "models/classifier.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

TEST(Backbone, ComputesWhatTheModuleComputes) {
  const TemporaryFolder folder;
  const auto backbone = Backbone::load(testing::save_tiny_backbone(folder / "net.pt"));
  const auto pixels = at::randn({3, 3, 32, 32});
  auto module = testing::tiny_network();
  EXPECT_TRUE(at::allclose(backbone.features(pixels), module.forward({pixels}).toTensor(), 1e-5, 1e-6));
  EXPECT_EQ(backbone.feature_dim(), 5);
  EXPECT_EQ(backbone.preprocess().crop_px, 32);
}

TEST(Backbone, FeaturesDoNotDependOnTheOtherPhotosOrTheirNumber) {
  const TemporaryFolder folder;
  const auto backbone = Backbone::load(testing::save_tiny_backbone(folder / "net.pt"));
  const auto pixels = at::randn({37, 3, 32, 32});
  const auto together = backbone.features(pixels);
  for (const int64_t i : {0, 15, 16, 36})
    EXPECT_TRUE(at::equal(backbone.features(pixels.narrow(0, i, 1))[0], together[i])) << i;
  EXPECT_EQ(backbone.features(pixels.narrow(0, 0, 0)).sizes(), (std::vector<int64_t>{0, 5}));
}

TEST(Backbone, OtherRecipesComputeNearlyTheSame) {
  const TemporaryFolder folder;
  const auto reference = Backbone::load(testing::save_tiny_backbone(folder / "net.pt"));
  const auto pixels = at::randn({20, 3, 32, 32});
  const auto expected = reference.features(pixels);
  const auto optimized = reference.with_config({false, true, false});
  EXPECT_EQ(optimized.config(), (InferenceConfig{false, true, false}));
  EXPECT_EQ(optimized.id(), reference.id());
  EXPECT_TRUE(at::allclose(optimized.features(pixels), expected, 1e-3, 1e-5));
  const auto bfloat16 = reference.with_config({true, false, false}).features(pixels);
  EXPECT_EQ(bfloat16.scalar_type(), at::kFloat);
  EXPECT_TRUE(at::allclose(bfloat16, expected, 2e-2, 2e-2));
  EXPECT_FALSE(at::equal(bfloat16, expected));
  EXPECT_TRUE(at::equal(reference.features(pixels), expected));  // the others left it alone
}

TEST(Backbone, RecipeThatTheNetworkCannotBeComputedWithIsNamed) {
  torch::jit::Module module("float32 only");
  module.define(
      "def forward(self, x):\n    return torch.mean(torch.matmul(x, torch.ones([16, 16], dtype=6)), [2, 3])\n");
  auto description = testing::tiny_description();
  description["feature_dim"] = 3;
  description["preprocess"]["crop"] = 16;
  const Backbone backbone(module, description, "", Device::kCpu);
  const auto pixels = at::ones({1, 3, 16, 16});
  EXPECT_NE(message_of<Error>([&] {
              backbone.with_config({true, false, false}).features(pixels);
            }).find("can be computed in bf16 frozen, whole decoding, got one that fails; use --precision fp32"),
            std::string::npos);
}

TEST(Backbone, PlainNetworkIsAcceptedWithImageNetPreprocessing) {
  const TemporaryFolder folder;
  testing::tiny_network().save((folder / "plain.pt").native());
  const auto backbone = Backbone::load(folder / "plain.pt");
  EXPECT_TRUE(backbone.is_plain());
  EXPECT_EQ(backbone.preprocess(), PreprocessSpec());
  EXPECT_EQ(backbone.feature_dim(), 5);
}

TEST(Backbone, PlainNetworksOutputsAreFlattened) {
  const TemporaryFolder folder;
  torch::jit::Module module("maps");
  module.define("def forward(self, x):\n    return torch.avg_pool2d(x, [112, 112])\n");
  module.save((folder / "maps.pt").native());
  EXPECT_EQ(Backbone::load(folder / "maps.pt").feature_dim(), 12);  // 3 channels of 2 x 2
}

TEST(Backbone, NetworkWithoutOneTensorOfFeaturesIsRefused) {
  const TemporaryFolder folder;
  torch::jit::Module pair("pair"), picky("picky");
  pair.define("def forward(self, x):\n    return (x, x)\n");
  picky.define("def forward(self, x):\n    return torch.mm(x, x)\n");
  pair.save((folder / "pair.pt").native());
  picky.save((folder / "picky.pt").native());
  for (const char* name : {"pair.pt", "picky.pt"}) {
    const auto message = message_of<Error>([&] { Backbone::load(folder / name); });
    EXPECT_NE(message.find("expected a network that"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

// As torch.jit.trace leaves a network that was not in eval mode: what is written down is training for good.
torch::jit::Module baked(const std::string& operation) {
  torch::jit::Module module("baked");
  module.register_parameter("weight", at::randn({5, 3, 16, 16}), false);
  module.register_attribute("training", c10::BoolType::get(), true);
  module.register_buffer("mean", at::zeros({5}));
  module.register_buffer("var", at::ones({5}));
  module.define("def forward(self, x):\n    h = torch.conv2d(x, self.weight, None, [16, 16])\n    h = " + operation +
                "\n    return torch.mean(torch.relu(h), [2, 3])\n");
  return module;
}

std::string refusal(const torch::jit::Module& module) {
  const TemporaryFolder folder;
  module.save((folder / "net.pt").native());
  return message_of<Error>([&] { Backbone::load(folder / "net.pt"); });
}

TEST(Backbone, ANetworkWhosePhotosDependOnTheirNeighborsIsRefused) {
  const auto message = refusal(baked("torch.batch_norm(h, None, None, self.mean, self.var, True, 0.1, 1e-5, False)"));
  EXPECT_EQ(message,
            "backbone 'net': expected a network that gives a photo the same features each time, got one whose features "
            "change with the photos beside it; it was probably saved in training mode: call eval() before "
            "torch.jit.trace, and save it anew");
}

TEST(Backbone, ANetworkOfChanceIsRefused) {
  for (const char* rate : {"0.5", "0.01"})
    EXPECT_NE(refusal(baked("torch.dropout(h, " + std::string(rate) + ", True)")).find("change from run to run"),
              std::string::npos);
}

TEST(Backbone, NetworksThatAreNotTrainingAreTaken) {
  const TemporaryFolder folder;
  for (const char* operation : {"torch.batch_norm(h, None, None, self.mean, self.var, False, 0.1, 1e-5, False)",
                                "torch.dropout(h, 0.5, self.training)",
                                "torch.instance_norm(h, None, None, None, None, True, 0.1, 1e-5, False)"}) {
    auto module = baked(operation);
    module.train();  // which eval() takes back, where it has not been written down
    module.save((folder / "net.pt").native());
    EXPECT_EQ(Backbone::load(folder / "net.pt").feature_dim(), 5) << operation;
  }
}

TEST(Backbone, ANetworkOfOneSizeIsTriedAtTheSizeAskedFor) {
  const TemporaryFolder folder;
  torch::jit::Module module("picky");
  module.register_parameter("weight", at::randn({96 * 96, 7}), false);
  module.define("def forward(self, x):\n    return torch.mean(torch.matmul(torch.flatten(x, 2), self.weight), 1)\n");
  module.save((folder / "picky.pt").native());
  const auto backbone = Backbone::load(folder / "picky.pt", Device::kCpu, 96);
  EXPECT_EQ(backbone.feature_dim(), 7);
  EXPECT_EQ(backbone.preprocess().crop_px, 96);
  EXPECT_EQ(backbone.preprocess().resize_px, 128);
  EXPECT_EQ(
      message_of<Error>([&] { Backbone::load(folder / "picky.pt"); }),
      "backbone 'picky': expected a network that takes [N,3,224,224] pixels and returns [N,...] features, got one "
      "that fails on them; it takes [N,3,96,96]: use --image-size 96");
  save_classifier({{backbone}, Head{{{at::zeros({2, 7}), at::zeros({2})}}}, {"a", "b"}, 1, {}}, folder / "model.pt");
  EXPECT_EQ(Classifier::load(folder / "model.pt").backbones.front().preprocess().crop_px, 96);
  EXPECT_EQ(Classifier::load(folder.path()).class_names, (std::vector<std::string>{"a", "b"}));  // its folder will do
}

TEST(Backbone, FeaturesThatAreNotFiniteAreRefused) {
  torch::jit::Module module("infinite");
  module.define("def forward(self, x):\n    return torch.mean(x, [2, 3]) / 0.0\n");
  auto description = testing::tiny_description();
  description["feature_dim"] = 3;
  const Backbone backbone(module, description, "", Device::kCpu);
  EXPECT_NE(message_of<Error>([&] { backbone.features(at::ones({1, 3, 8, 8})); }).find("finite"), std::string::npos);
}

TEST(Backbone, AnotherSizeThatChangesTheFeaturesIsRefused) {
  const TemporaryFolder folder;
  torch::jit::Module module("maps");
  module.define("def forward(self, x):\n    return torch.avg_pool2d(x, [112, 112])\n");
  module.save((folder / "maps.pt").native());
  const auto backbone = Backbone::load(folder / "maps.pt");
  EXPECT_NE(message_of<Error>([&] {
              backbone.features(at::ones({1, 3, 336, 336}));
            }).find("--image-size"),
            std::string::npos);
}

TEST(Backbone, FeatureDimOtherThanStatedIsRefused) {
  const TemporaryFolder folder;
  auto description = testing::tiny_description();
  description["feature_dim"] = 6;
  save_archive(testing::tiny_network(), description, "backbone.json", folder / "net.pt");
  EXPECT_NE(message_of<Error>([&] { Backbone::load(folder / "net.pt"); }).find("expected 6 features"),
            std::string::npos);
}

TEST(Backbone, ClassifierIsNoBackbone) {
  const TemporaryFolder folder;
  const auto backbone = Backbone::load(testing::save_tiny_backbone(folder / "net.pt"));
  save_classifier({{backbone}, Head{{{at::zeros({2, 5}), at::zeros({2})}}}, {"a", "b"}, 1, {}}, folder / "model.pt");
  EXPECT_NE(message_of<Error>([&] { Backbone::load(folder / "model.pt"); }).find("got a classifier"),
            std::string::npos);
}

TEST(Backbone, ParameterHashSeesParametersAndBuffers) {
  const auto hash = [](const torch::jit::Module& module) {
    return Backbone(module, testing::tiny_description(), "", Device::kCpu).parameter_hash();
  };
  const std::string before = hash(testing::tiny_network());
  EXPECT_EQ(hash(testing::tiny_network()), before);
  auto parameter = testing::tiny_network();
  parameter.attr("weight").toTensor()[0][0][0][0] += 1e-6;
  EXPECT_NE(hash(parameter), before);
  auto buffer = testing::tiny_network();
  buffer.attr("running_mean").toTensor()[4] += 1e-6;
  EXPECT_NE(hash(buffer), before);
}

TEST(BackboneCheck, CountsParametersAndMultiplyAdds) {
  const TemporaryFolder folder;
  const auto facts = check_backbone(Backbone::load(testing::save_tiny_backbone(folder / "net.pt")));
  EXPECT_EQ(facts.parameters, 5 * 3 * 4 * 4);
  EXPECT_EQ(facts.multiply_adds, (32 / 4) * (32 / 4) * 5 * 3 * 4 * 4);
  EXPECT_FALSE(facts.golden_error.has_value());
  EXPECT_GT(facts.image_ms, 0);
}

TEST(BackboneCheck, GoldenFeaturesTellRightFromWrong) {
  // A network whose feature is the mean of the red channel.
  torch::jit::Module module("mean");
  module.define("def forward(self, x):\n    return torch.mean(x, [2, 3])[:, 0:1]\n");
  auto description = testing::tiny_description();
  description["feature_dim"] = 1;
  double mean = 0;  // of ((5 y + 3 x + x y) mod 256) / 255 on 4 x 4 pixels, normalized with 0.5 and 0.25
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) mean += ((5 * y + 3 * x + x * y) % 256 / 255.0 - 0.5) / 0.25 / 16;
  description["golden"] = {{"size", 4}, {"features", {mean}}};
  EXPECT_LT(check_backbone(Backbone(module, description, "", Device::kCpu)).golden_error.value(), 1e-6);
  description["golden"]["features"] = {mean * 1.01};
  EXPECT_GT(check_backbone(Backbone(module, description, "", Device::kCpu)).golden_error.value(), kGoldenTolerance);
}

TEST(ResolveDevice, NamesWhatIsMissing) {
  EXPECT_EQ(resolve_device(Device::kCpu), Device::kCpu);
  const Device found = resolve_device(Device::kAuto);
  EXPECT_NE(found, Device::kAuto);
  if (found == Device::kCpu) {
    EXPECT_THROW(resolve_device(Device::kCuda), Error);
  }
}

}  // namespace
}  // namespace pawprint
