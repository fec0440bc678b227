// Facts of metrics.json, which may have been written by another version: what is absent or of another type is nothing.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pawprint {

using Keys = std::initializer_list<std::string_view>;

// The value below the keys, one inside the other; null.
const nlohmann::json& fact_at(const nlohmann::json& json, Keys keys);

std::optional<double> number_at(const nlohmann::json& json, Keys keys);
std::string text_at(const nlohmann::json& json, Keys keys);
std::vector<double> numbers_at(const nlohmann::json& json, Keys keys);  // all, or none

}  // namespace pawprint
