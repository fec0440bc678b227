#include "app/report/json_facts.h"

#include <cmath>

namespace pawprint {

const nlohmann::json& fact_at(const nlohmann::json& json, Keys keys) {
  static const nlohmann::json kNothing;
  const nlohmann::json* at = &json;
  for (const auto key : keys) {
    if (!at->is_object()) return kNothing;
    const auto found = at->find(key);
    if (found == at->end()) return kNothing;
    at = &*found;
  }
  return *at;
}

std::optional<double> number_at(const nlohmann::json& json, Keys keys) {
  const auto& value = fact_at(json, keys);
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

std::string text_at(const nlohmann::json& json, Keys keys) {
  const auto& value = fact_at(json, keys);
  return value.is_string() ? value.get<std::string>() : "";
}

std::vector<double> numbers_at(const nlohmann::json& json, Keys keys) {
  std::vector<double> numbers;
  for (const auto& value : fact_at(json, keys)) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) return {};
    numbers.push_back(value.get<double>());
  }
  return numbers;
}

}  // namespace pawprint
