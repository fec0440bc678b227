#include "app/training/autotune_inference.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

struct ChooseRecipe : ::testing::Test {
  testing::TemporaryFolder folder;
  std::vector<Photo> sample;
  PhotoOptions options;

  void SetUp() override {
    options.threads = 2;
    for (int i = 0; i < 40; ++i) {  // dark and bright ones
      cv::Mat image(50, 60, CV_8UC3);
      cv::RNG(static_cast<uint64_t>(i) + 1).fill(image, cv::RNG::UNIFORM, i % 2 * 100, 100 + i % 2 * 150);
      sample.push_back({folder / (std::to_string(i) + ".png"), i % 2});
      cv::imwrite(sample.back().path.native(), image);
    }
  }
  AutotunedInference choose(const Backbone& backbone, const std::filesystem::path& cache) {
    return autotune_inference(backbone, sample, options, cache);
  }
};

TEST_F(ChooseRecipe, SaysWhatItMeasured) {
  const auto choice = choose(Backbone::load(testing::save_tiny_backbone(folder / "net.pt")), {});
  const auto& facts = choice.facts;
  EXPECT_EQ(facts.photos_tried, 40);
  EXPECT_GT(facts.forward_per_second.at("fp32 frozen"), 0);
  EXPECT_EQ(facts.config, choice.backbone.config());
  EXPECT_EQ(facts.forward_per_second.contains("bf16 frozen"), processor_has_bfloat16());
  EXPECT_TRUE(choice.backbone.config().scaled_decoding);
}

// What rounding to 8 bits of mantissa destroys: small differences of large numbers.
TEST_F(ChooseRecipe, BFloat16ThatDisagreesIsNotTaken) {
  torch::jit::Module module("delicate");
  module.define(
      "def forward(self, x):\n"
      "    m = torch.mean(x, [2, 3])\n"
      "    return (m + 1000.0) - 1000.0 + 0.01 * torch.flatten(x[:, :, 0, 0], 1)\n");
  auto description = testing::tiny_description();
  description["feature_dim"] = 3;
  const auto choice = choose(Backbone(module, description, "id", Device::kCpu), {});
  EXPECT_FALSE(choice.backbone.config().bfloat16);
  if (processor_has_bfloat16()) {
    EXPECT_LT(*choice.facts.median_cosine, 0.999);
  }
}

TEST_F(ChooseRecipe, IsMadeOnceForABackboneAndSize) {
  const auto backbone = Backbone::load(testing::save_tiny_backbone(folder / "net.pt"));
  const auto first = choose(backbone, folder / "cache");
  const auto whole = sample;
  sample = {};  // nothing could be measured now
  EXPECT_EQ(choose(backbone, folder / "cache").facts, first.facts);
  EXPECT_FALSE(choose(Backbone::load(testing::save_tiny_backbone(folder / "other.pt", 2)), folder / "cache")
                   .facts.photos_tried.has_value());
  sample = whole;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "cache/recipes"))
    folder.write("cache/recipes/" + entry.path().filename().native(), "{\"valid_for\": 1, ");  // damaged
  EXPECT_EQ(choose(backbone, folder / "cache").facts.photos_tried, 40);
}

TEST_F(ChooseRecipe, UnreadablePhotosAreLeftOut) {
  sample[3].path = folder.write("text.jpg", "no picture");
  sample[20].path = folder / "missing.jpg";
  EXPECT_EQ(choose(Backbone::load(testing::save_tiny_backbone(folder / "net.pt")), {}).facts.photos_tried, 38);
}

}  // namespace
}  // namespace pawprint
