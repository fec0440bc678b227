#include "models/base/feature_recipe.h"

#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

TEST(FeatureRecipe, ReadsBackWhatItWrites) {
  for (int bits = 0; bits < 8; ++bits) {
    const FeatureRecipe recipe{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    EXPECT_EQ(recipe_from_json(to_json(recipe), "model"), recipe) << to_string(recipe);
  }
  EXPECT_EQ(recipe_from_json(nullptr, "model"), FeatureRecipe());  // files of before there were recipes
  EXPECT_EQ(to_string(FeatureRecipe{true, false, true}), "bf16 frozen, scaled decoding");
}

TEST(FeatureRecipe, RefusesWhatItDoesNotKnow) {
  const auto refusal = [](const nlohmann::json& json) {
    return testing::message_of<Error>([&] { recipe_from_json(json, "model"); });
  };
  auto json = to_json(FeatureRecipe());
  json["precision"] = "int8";
  EXPECT_EQ(refusal(json), "model: recipe: expected precision fp32 or bf16, got \"int8\"");
  json.erase("precision");
  EXPECT_EQ(refusal(json), "model: recipe: expected precision fp32 or bf16, got null");
  EXPECT_NE(refusal("bf16"), "");
  EXPECT_NE(refusal({{"precision", "fp32"}, {"engine", 1}, {"decoding", "whole"}}), "");
}

TEST(WithPrecision, Fp32IsTheReference) {
  EXPECT_EQ(with_precision({true, false, true}, Precision::kFloat32, Device::kCpu), FeatureRecipe());
  EXPECT_EQ(with_precision({false, true, true}, Precision::kFloat32, Device::kCuda), FeatureRecipe());
}

TEST(WithPrecision, AutoIsWhatTheModelWasTrainedWithWhereThatCanBeHad) {
  const FeatureRecipe optimized{false, true, true}, bfloat16{true, false, true};
  EXPECT_EQ(with_precision(optimized, Precision::kAuto, Device::kCpu), optimized);
  EXPECT_EQ(with_precision(optimized, Precision::kAuto, Device::kCuda), (FeatureRecipe{false, false, true}));
  EXPECT_EQ(with_precision(bfloat16, Precision::kAuto, Device::kCpu),
            (FeatureRecipe{processor_has_bfloat16(), false, true}));
  EXPECT_EQ(with_precision(bfloat16, Precision::kAuto, Device::kCuda), (FeatureRecipe{false, false, true}));
}

TEST(WithPrecision, BFloat16NeedsAProcessorThatHasIt) {
  if (processor_has_bfloat16()) {
    EXPECT_EQ(with_precision({}, Precision::kBfloat16, Device::kCpu), (FeatureRecipe{true, false, false}));
  } else {
    EXPECT_THROW(with_precision({}, Precision::kBfloat16, Device::kCpu), Error);
  }
  EXPECT_EQ(testing::message_of<Error>([] { with_precision({}, Precision::kBfloat16, Device::kCuda); }),
            "--precision bf16: expected a processor with bfloat16 instructions (AVX512_BF16), got cuda; use "
            "--precision auto");
}

}  // namespace
}  // namespace pawprint
