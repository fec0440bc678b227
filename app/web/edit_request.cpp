#include "app/web/edit_request.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/web/http.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr double kMaxStrength = 4;
constexpr size_t kMaxMoves = 256, kMaxFaces = 64;

std::string text(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) return {};
  if (!found->is_string()) throw HttpProblem(400, std::string(name) + ": expected a string");
  return found->get<std::string>();
}

std::map<std::string, double> strengths(const nlohmann::json& json) {
  if (!json.is_object() || json.size() > kMaxMoves)
    throw HttpProblem(400, "moves: expected an object of at most 256 numbers");
  std::map<std::string, double> moves;
  for (const auto& [name, strength] : json.items()) {
    if (!strength.is_number() || !(std::abs(strength.get<double>()) <= kMaxStrength))
      throw HttpProblem(400, in_quotes(name) + ": expected a strength from -4 to 4");
    if (strength.get<double>() != 0) moves[name] = shown_attribute(name).sign * strength.get<double>();
  }
  return moves;
}

}  // namespace

EditRequest parse_edit(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) throw HttpProblem(400, "expected a JSON object with `face` and `moves`");
  EditRequest request;
  request.face = text(json, "face");
  request.x = text(json, "x");
  request.y = text(json, "y");
  if (request.face.empty()) throw HttpProblem(400, "face: expected the name of a face, got none");
  request.moves = strengths(json.value("moves", nlohmann::json::object()));
  const auto others = json.value("others", nlohmann::json::object());
  if (!others.is_object() || others.size() > kMaxFaces)
    throw HttpProblem(400, "others: expected an object of at most 64 faces and their moves");
  for (const auto& [face, moves] : others.items()) request.others[face] = strengths(moves);
  return request;
}

ShownAttribute shown_attribute(const std::string& name) {
  if (name == "Young") return {"Age", -1};
  const bool lacks = name.starts_with("No_") && name.size() > 3;
  std::string label = lacks ? name.substr(3) : name;
  std::replace(label.begin(), label.end(), '_', ' ');
  for (size_t i = 1; i < label.size(); ++i)
    label[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(label[i])));
  return {label, lacks ? -1.0 : 1.0};
}

}  // namespace pawprint
