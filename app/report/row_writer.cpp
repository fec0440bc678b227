#include "app/report/row_writer.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <set>

#include "app/data/csv.h"
#include "app/data/json_text.h"
#include "app/evaluation/metrics.h"
#include "models/error.h"

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

std::string set_json(const Row& row, const RowStyle& style) {
  std::string text;
  for (const int64_t c : row.set)
    text += (text.empty() ? "" : ",") + json_string(style.class_names[static_cast<size_t>(c)]);
  return '[' + text + ']';
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

std::string json_line(const Row& row, const RowStyle& style) {
  std::string line = "{\"path\":" + json_string(row.path);
  const auto class_and_probability = [&](size_t c) {
    return "\"class\":" + json_string(style.class_names[c]) +
           ",\"probability\":" + probability_text(row.probabilities[c]);
  };
  if (row.probabilities.empty()) {
    line += ",\"class\":null,\"probability\":null";
  } else {
    line +=
        ',' + class_and_probability(argmax(row.probabilities.data(), static_cast<int64_t>(row.probabilities.size())));
    line += style.top_k > 0 ? ",\"top\":[" : ",\"probabilities\":{";
    if (style.top_k > 0) {
      for (const size_t c : ranking(row.probabilities, style.top_k)) line += '{' + class_and_probability(c) + "},";
    } else {
      for (size_t c = 0; c < row.probabilities.size(); ++c)
        line += json_string(style.class_names[c]) + ':' + probability_text(row.probabilities[c]) + ',';
    }
    line.back() = style.top_k > 0 ? ']' : '}';
  }
  if (style.sets) line += ",\"set\":" + set_json(row, style);
  if (style.notes)
    line += ",\"note\":" + json_string(row.note) +
            ",\"looks_like\":" + (row.looks_like.empty() ? "null" : json_string(row.looks_like));
  return line + ",\"status\":" + json_string(row.status) + "}\n";
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
