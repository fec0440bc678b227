#include "models/base/feature_recipe.h"

#include <nlohmann/json.hpp>

#include "models/base/error.h"

namespace pawprint {

nlohmann::json to_json(const FeatureRecipe& recipe) {
  return {{"precision", recipe.bfloat16 ? "bf16" : "fp32"},
          {"engine", recipe.optimized ? "optimized" : "frozen"},
          {"decoding", recipe.scaled_decoding ? "scaled" : "whole"}};
}

FeatureRecipe recipe_from_json(const nlohmann::json& json, const std::string& subject) {
  if (json.is_null()) return {};
  const auto choose = [&](const char* key, const std::string& no, const std::string& yes) {
    const auto value = json.is_object() && json.contains(key) ? json[key] : nlohmann::json();
    if (value != no && value != yes)
      throw Error(subject + ": recipe: expected " + key + ' ' + no + " or " + yes + ", got " + value.dump());
    return value == yes;
  };
  return {choose("precision", "fp32", "bf16"), choose("engine", "frozen", "optimized"),
          choose("decoding", "whole", "scaled")};
}

std::string to_string(const FeatureRecipe& recipe) {
  const auto json = to_json(recipe);
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

FeatureRecipe with_precision(const FeatureRecipe& trained_with, Precision precision, Device device) {
  const bool possible = processor_has_bfloat16() && device == Device::kCpu;
  if (precision == Precision::kFloat32) return {};
  if (precision == Precision::kBfloat16) {
    if (!possible)
      throw Error("--precision bf16: expected a processor with bfloat16 instructions (AVX512_BF16), got " +
                  (device == Device::kCpu ? "one without" : word(device)) + "; use --precision auto");
    return {true, false, trained_with.scaled_decoding};
  }
  FeatureRecipe recipe = trained_with;
  if (!possible) recipe.bfloat16 = false;
  if (device != Device::kCpu) recipe.optimized = false;
  return recipe;
}

}  // namespace pawprint
