#include "app/report/row_writer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "app/data/csv.h"
#include "app/data/json_text.h"
#include "app/evaluation/metrics.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// The classes of a row, most probable first; equal ones in the model's order.
std::vector<size_t> ranking(const std::vector<double>& probabilities, int64_t top_k) {
  std::vector<size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return probabilities[a] > probabilities[b]; });
  order.resize(std::min(order.size(), static_cast<size_t>(top_k)));
  return order;
}

// Names with | between; one that stands in a name is doubled.
std::string set_text(const Row& row, const RowStyle& style) {
  std::string text;
  for (const int64_t c : row.set) {
    if (c != row.set.front()) text += '|';
    for (const char letter : style.class_names[static_cast<size_t>(c)])
      text += letter == '|' ? "||" : std::string(1, letter);
  }
  return text;
}

std::string csv_line(const Row& row, const RowStyle& style) {
  std::string line = csv_cell(row.path);
  const auto add = [&](const std::string& cell) { line += ',' + cell; };
  const bool ok = !row.probabilities.empty();
  const size_t classes = style.class_names.size();
  if (style.top_k > 0) {
    const auto order = ranking(row.probabilities, style.top_k);
    for (size_t k = 0; k < std::min(classes, static_cast<size_t>(style.top_k)); ++k) {
      add(ok ? csv_cell(style.class_names[order[k]]) : "");
      add(ok ? probability_text(row.probabilities[order[k]]) : "");
    }
  } else {
    const int64_t best = ok ? argmax(row.probabilities.data(), static_cast<int64_t>(classes)) : 0;
    add(ok ? csv_cell(style.class_names[best]) : "");
    add(ok ? probability_text(row.probabilities[best]) : "");
    for (size_t c = 0; c < classes; ++c) add(ok ? probability_text(row.probabilities[c]) : "");
  }
  if (style.sets) add(csv_cell(set_text(row, style)));
  if (style.notes) add(csv_cell(row.note));
  add(csv_cell(row.status));
  return line + '\n';
}

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// With the six decimals of probability_text().
Json probability_json(double p) { return std::round(p * 1e6) / 1e6; }

Json probabilities_json(const Row& row, const RowStyle& style) {
  Json::object_t all;  // push_back: operator[] would look for each name among the others
  for (size_t c = 0; c < row.probabilities.size(); ++c)
    all.push_back({style.class_names[c], probability_json(row.probabilities[c])});
  return all;
}

std::string json_line(const Row& row, const RowStyle& style) {
  Json json = {{"path", row.path}, {"class", nullptr}, {"probability", nullptr}};
  if (!row.probabilities.empty()) {
    const auto best =
        static_cast<size_t>(argmax(row.probabilities.data(), static_cast<int64_t>(row.probabilities.size())));
    json["class"] = style.class_names[best];
    json["probability"] = probability_json(row.probabilities[best]);
    if (style.top_k == 0) json["probabilities"] = probabilities_json(row, style);
    if (style.top_k > 0) json["top"] = Json::array();
    for (const size_t c : ranking(row.probabilities, style.top_k))
      json["top"].push_back({{"class", style.class_names[c]}, {"probability", probability_json(row.probabilities[c])}});
  }
  if (style.sets) {
    json["set"] = Json::array();
    for (const int64_t c : row.set) json["set"].push_back(style.class_names[static_cast<size_t>(c)]);
  }
  if (style.notes) {
    json["note"] = row.note;
    json["looks_like"] = text_or_null(row.looks_like);
  }
  json["status"] = row.status;
  return json_text(json) + '\n';
}

// The test pictures of 2014 are 1.jpg, 2.jpg ...: the id is the name without extension. What was not read stays empty.
std::string kaggle_line(const Row& row, bool redux) {
  std::string label;
  if (!row.probabilities.empty()) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", row.probabilities[1]);
    label = redux ? text : row.probabilities[1] > row.probabilities[0] ? "1" : "0";
  }
  return csv_cell(std::filesystem::path(row.path).stem().native()) + ',' + label + '\n';
}

}  // namespace

std::string probability_text(double p) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", p);
  return text;
}

void RowStyle::validate() const {
  const bool kaggle = format == RowFormat::kKaggle || format == RowFormat::kKaggleRedux;
  if (kaggle && class_names.size() != 2)
    throw UsageError("--format kaggle: expected a model of 2 classes, got one of " +
                     std::to_string(class_names.size()));
}

std::vector<std::string> class_columns(const std::vector<std::string>& class_names) {
  std::set<std::string> taken;  // cells, as they stand in the file
  for (const char* column : {"path", "label", "class", "probability", "set", "note", "status"}) taken.insert(column);
  std::vector<std::string> columns = class_names;
  std::vector<size_t> in_the_way;  // after all others have their names
  for (size_t c = 0; c < columns.size(); ++c) {
    if (!taken.insert(csv_cell(columns[c])).second) in_the_way.push_back(c);
  }
  for (const size_t c : in_the_way) {
    do columns[c] = "p(" + columns[c] + ')';
    while (!taken.insert(csv_cell(columns[c])).second);
  }
  return columns;
}

std::string header_line(const RowStyle& style) {
  if (style.format == RowFormat::kJsonl) return "";
  if (style.format != RowFormat::kCsv) return "id,label\n";
  std::string line = "path,class,probability";
  for (size_t k = 2; style.top_k > 0 && k <= std::min(style.class_names.size(), static_cast<size_t>(style.top_k)); ++k)
    line += ",class_" + std::to_string(k) + ",probability_" + std::to_string(k);
  if (style.top_k == 0) {
    for (const auto& name : class_columns(style.class_names)) line += ',' + csv_cell(name);
  }
  return line + (style.sets ? ",set" : "") + (style.notes ? ",note" : "") + ",status\n";
}

std::string row_line(const Row& row, const RowStyle& style) {
  switch (style.format) {
    case RowFormat::kJsonl:
      return json_line(row, style);
    case RowFormat::kKaggle:
      return kaggle_line(row, false);
    case RowFormat::kKaggleRedux:
      return kaggle_line(row, true);
    case RowFormat::kCsv:
      break;
  }
  return csv_line(row, style);
}

}  // namespace pawprint
