// Facts of metrics.json, which may have been written by another version: what is absent or of another type is nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace pawprint {

// The value below the keys, one inside the other; null.
const nlohmann::json& fact_at(const nlohmann::json& json, const std::vector<std::string>& keys);

std::optional<double> number_at(const nlohmann::json& json, const std::vector<std::string>& keys);
std::string text_at(const nlohmann::json& json, const std::vector<std::string>& keys);
std::vector<double> numbers_at(const nlohmann::json& json, const std::vector<std::string>& keys);  // all, or none

}  // namespace pawprint
