#include "app/report/prediction_format.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "app/data/csv.h"
#include "app/data/json_escape.h"
#include "app/evaluation/metrics.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// The classes of a prediction, most probable first; equal ones in the model's order.
std::vector<size_t> ranking(const std::vector<double>& probabilities, int64_t top_k) {
  std::vector<size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return probabilities[a] > probabilities[b]; });
  order.resize(std::min(order.size(), static_cast<size_t>(top_k)));
  return order;
}

std::string status_of(const Prediction& prediction) { return prediction.error.empty() ? "ok" : prediction.error; }

// Names with | between; one that is part of a name is doubled.
std::string set_text(const Prediction& prediction, const PredictionFormat& format) {
  std::string text;
  for (const int64_t c : prediction.set) {
    if (c != prediction.set.front()) text += '|';
    for (const char letter : format.class_names[static_cast<size_t>(c)])
      text += letter == '|' ? "||" : std::string(1, letter);
  }
  return text;
}

std::string csv_line(const Prediction& prediction, const PredictionFormat& format) {
  std::string line = csv_cell(prediction.path);
  const auto add = [&](const std::string& cell) { line += ',' + cell; };
  const bool ok = !prediction.probabilities.empty();
  const size_t classes = format.class_names.size();
  if (format.top_k > 0) {
    const auto order = ranking(prediction.probabilities, format.top_k);
    for (size_t k = 0; k < std::min(classes, static_cast<size_t>(format.top_k)); ++k) {
      add(ok ? csv_cell(format.class_names[order[k]]) : "");
      add(ok ? probability_text(prediction.probabilities[order[k]]) : "");
    }
  } else {
    const int64_t best = ok ? argmax(prediction.probabilities.data(), static_cast<int64_t>(classes)) : 0;
    add(ok ? csv_cell(format.class_names[best]) : "");
    add(ok ? probability_text(prediction.probabilities[best]) : "");
    for (size_t c = 0; c < classes; ++c) add(ok ? probability_text(prediction.probabilities[c]) : "");
  }
  if (format.sets) add(csv_cell(set_text(prediction, format)));
  if (format.notes) add(csv_cell(prediction.note));
  add(csv_cell(status_of(prediction)));
  return line + '\n';
}

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// With the six decimals of probability_text().
Json probability_json(double p) { return std::round(p * 1e6) / 1e6; }

Json probabilities_json(const Prediction& prediction, const PredictionFormat& format) {
  Json::object_t all;  // push_back: operator[] would look for each name among the others
  for (size_t c = 0; c < prediction.probabilities.size(); ++c)
    all.push_back({format.class_names[c], probability_json(prediction.probabilities[c])});
  return all;
}

std::string json_line(const Prediction& prediction, const PredictionFormat& format) {
  Json json = {{"path", prediction.path}, {"class", nullptr}, {"probability", nullptr}};
  if (!prediction.probabilities.empty()) {
    const auto best = static_cast<size_t>(
        argmax(prediction.probabilities.data(), static_cast<int64_t>(prediction.probabilities.size())));
    json["class"] = format.class_names[best];
    json["probability"] = probability_json(prediction.probabilities[best]);
    if (format.top_k == 0) json["probabilities"] = probabilities_json(prediction, format);
    if (format.top_k > 0) json["top"] = Json::array();
    for (const size_t c : ranking(prediction.probabilities, format.top_k))
      json["top"].push_back(
          {{"class", format.class_names[c]}, {"probability", probability_json(prediction.probabilities[c])}});
  }
  if (format.sets) {
    json["set"] = Json::array();
    for (const int64_t c : prediction.set) json["set"].push_back(format.class_names[static_cast<size_t>(c)]);
  }
  if (format.notes) {
    json["note"] = prediction.note;
    json["looks_like"] = text_or_null(prediction.looks_like);
  }
  json["status"] = status_of(prediction);
  return json_text(json) + '\n';
}

// The test pictures of 2014 are 1.jpg, 2.jpg ...: the id is the name without extension. What was not read stays empty.
std::string kaggle_line(const Prediction& prediction, bool redux) {
  std::string label;
  if (!prediction.probabilities.empty()) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", prediction.probabilities[1]);
    label = redux ? text : prediction.probabilities[1] > prediction.probabilities[0] ? "1" : "0";
  }
  return csv_cell(std::filesystem::path(prediction.path).stem().native()) + ',' + label + '\n';
}

}  // namespace

std::string probability_text(double p) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", p);
  return text;
}

void PredictionFormat::validate() const {
  const bool kaggle = rows == RowFormat::kKaggle || rows == RowFormat::kKaggleRedux;
  if (kaggle && class_names.size() != 2)
    throw UsageError("--format kaggle: expected a model of 2 classes, got one of " +
                     std::to_string(class_names.size()));
}

std::vector<std::string> class_columns(const std::vector<std::string>& class_names) {
  std::set<std::string> taken;  // cells, as written to the file
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

std::string header_line(const PredictionFormat& format) {
  if (format.rows == RowFormat::kJsonl) return "";
  if (format.rows != RowFormat::kCsv) return "id,label\n";
  std::string line = "path,class,probability";
  for (size_t k = 2; format.top_k > 0 && k <= std::min(format.class_names.size(), static_cast<size_t>(format.top_k));
       ++k)
    line += ",class_" + std::to_string(k) + ",probability_" + std::to_string(k);
  if (format.top_k == 0) {
    for (const auto& name : class_columns(format.class_names)) line += ',' + csv_cell(name);
  }
  return line + (format.sets ? ",set" : "") + (format.notes ? ",note" : "") + ",status\n";
}

std::string prediction_line(const Prediction& prediction, const PredictionFormat& format) {
  switch (format.rows) {
    case RowFormat::kJsonl:
      return json_line(prediction, format);
    case RowFormat::kKaggle:
      return kaggle_line(prediction, false);
    case RowFormat::kKaggleRedux:
      return kaggle_line(prediction, true);
    case RowFormat::kCsv:
      break;
  }
  return csv_line(prediction, format);
}

}  // namespace pawprint
