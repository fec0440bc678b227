#include "models/base/inference_config.h"

#include <nlohmann/json.hpp>

#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

nlohmann::json to_json(const InferenceConfig& config) {
  return {{"precision", config.bfloat16 ? "bf16" : "fp32"},
          {"engine", config.optimized ? "optimized" : "frozen"},
          {"decoding", config.scaled_decoding ? "scaled" : "whole"}};
}

InferenceConfig inference_config_from_json(const nlohmann::json& json, const std::string& subject) {
  if (json.is_null()) return {};
  const auto choose = [&](const char* key, const std::string& no, const std::string& yes) {
    const auto value = json.is_object() && json.contains(key) ? json[key] : nlohmann::json();
    if (value != no && value != yes)
      throw Error(subject + ": inference configuration: expected " + key + ' ' + no + " or " + yes + ", got " +
                  cut_to(value.dump(), 80));
    return value == yes;
  };
  return {choose("precision", "fp32", "bf16"), choose("engine", "frozen", "optimized"),
          choose("decoding", "whole", "scaled")};
}

std::string to_string(const InferenceConfig& config) {
  const auto json = to_json(config);
  return json["precision"].get<std::string>() + ' ' + json["engine"].get<std::string>() + ", " +
         json["decoding"].get<std::string>() + " decoding";
}

bool processor_has_bfloat16() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

InferenceConfig with_precision(const InferenceConfig& trained_with, Precision precision, Device device) {
  const bool possible = processor_has_bfloat16() && device == Device::kCpu;
  if (precision == Precision::kFloat32) return {};
  if (precision == Precision::kBfloat16) {
    if (!possible)
      throw Error("--precision bf16: expected a processor with bfloat16 instructions (AVX512_BF16), got " +
                  (device == Device::kCpu ? "one without" : word(device)) + "; use --precision auto");
    return {true, false, trained_with.scaled_decoding};
  }
  InferenceConfig config = trained_with;
  if (!possible) config.bfloat16 = false;
  if (device != Device::kCpu) config.optimized = false;
  return config;
}

}  // namespace pawprint
