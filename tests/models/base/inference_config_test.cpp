#include "models/base/inference_config.h"

#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

TEST(InferenceConfig, ReadsBackWhatItWrites) {
  for (int bits = 0; bits < 8; ++bits) {
    const InferenceConfig config{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0};
    EXPECT_EQ(inference_config_from_json(to_json(config), "model"), config) << to_string(config);
  }
  EXPECT_EQ(inference_config_from_json(nullptr, "model"),
            InferenceConfig());  // files of before there were configurations
  EXPECT_EQ(to_string(InferenceConfig{true, false, true}), "bf16 frozen, scaled decoding");
}

TEST(InferenceConfig, RefusesWhatItDoesNotKnow) {
  const auto refusal = [](const nlohmann::json& json) {
    return testing::message_of<Error>([&] { inference_config_from_json(json, "model"); });
  };
  auto json = to_json(InferenceConfig());
  json["precision"] = "int8";
  EXPECT_EQ(refusal(json), "model: inference configuration: expected precision fp32 or bf16, got \"int8\"");
  json.erase("precision");
  EXPECT_EQ(refusal(json), "model: inference configuration: expected precision fp32 or bf16, got null");
  EXPECT_NE(refusal("bf16"), "");
  EXPECT_NE(refusal({{"precision", "fp32"}, {"engine", 1}, {"decoding", "whole"}}), "");
}

TEST(WithPrecision, Fp32IsTheReference) {
  EXPECT_EQ(with_precision({true, false, true}, Precision::kFloat32, Device::kCpu), InferenceConfig());
  EXPECT_EQ(with_precision({false, true, true}, Precision::kFloat32, Device::kCuda), InferenceConfig());
}

TEST(WithPrecision, AutoIsWhatTheModelWasTrainedWithWhereThatCanBeHad) {
  const InferenceConfig optimized{false, true, true}, bfloat16{true, false, true};
  EXPECT_EQ(with_precision(optimized, Precision::kAuto, Device::kCpu), optimized);
  EXPECT_EQ(with_precision(optimized, Precision::kAuto, Device::kCuda), (InferenceConfig{false, false, true}));
  EXPECT_EQ(with_precision(bfloat16, Precision::kAuto, Device::kCpu),
            (InferenceConfig{processor_has_bfloat16(), false, true}));
  EXPECT_EQ(with_precision(bfloat16, Precision::kAuto, Device::kCuda), (InferenceConfig{false, false, true}));
}

TEST(WithPrecision, BFloat16NeedsAProcessorThatHasIt) {
  if (processor_has_bfloat16()) {
    EXPECT_EQ(with_precision({}, Precision::kBfloat16, Device::kCpu), (InferenceConfig{true, false, false}));
  } else {
    EXPECT_THROW(with_precision({}, Precision::kBfloat16, Device::kCpu), Error);
  }
  EXPECT_EQ(testing::message_of<Error>([] { with_precision({}, Precision::kBfloat16, Device::kCuda); }),
            "--precision bf16: expected a processor with bfloat16 instructions (AVX512_BF16), got cuda; use "
            "--precision auto");
}

}  // namespace
}  // namespace pawprint
