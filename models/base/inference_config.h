#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "models/base/device.h"

namespace pawprint {

// How features are made of a photo. The features of two configurations are close, not equal: a head is used with the
// configuration it was trained with. The default is the reference: what Pillow, torchvision and PyTorch compute.
struct InferenceConfig {
  bool bfloat16 = false;         // weights and activations have 8 bits of mantissa; sums are made in float32
  bool optimized = false;        // torch::jit::optimize_for_inference on the frozen module; float32 on the CPU only
  bool scaled_decoding = false;  // large JPEGs are decoded at half or quarter size

  bool operator==(const InferenceConfig&) const = default;
};

// {"precision": "fp32" | "bf16", "engine": "frozen" | "optimized", "decoding": "whole" | "scaled"}
nlohmann::json to_json(const InferenceConfig& config);

// null: the default. Throws Error, with `subject` in front, for anything but the object above.
InferenceConfig inference_config_from_json(const nlohmann::json& json, const std::string& subject);

// `bf16 frozen, scaled decoding`
std::string to_string(const InferenceConfig& config);

// Has instructions for bfloat16 (AVX512_BF16); without them LibTorch emulates it, slower than float32.
bool processor_has_bfloat16();

// What `--precision` makes of the configuration a model was trained with, for use on `device` (kCpu or kCuda).
//   auto: that configuration; fp32 in place of bf16 where the processor has none
//   fp32: the reference
//   bf16: bfloat16. Throws Error where the processor has none, or on cuda.
InferenceConfig with_precision(const InferenceConfig& trained_with, Precision precision, Device device);

}  // namespace pawprint
