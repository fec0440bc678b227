#include "app/report/validation_csv.h"

#include "app/data/csv.h"

namespace pawprint {

namespace {

// Puts a cell between the first (the path) and the others.
std::string with_second_cell(const std::string& line, size_t first_length, const std::string& cell) {
  return line.substr(0, first_length) + ',' + cell + line.substr(first_length);
}

}  // namespace

std::string validation_csv(const std::vector<LabeledRow>& rows, const std::vector<std::string>& class_names) {
  const RowStyle style{RowFormat::kCsv, class_names, 0};
  std::string text = with_second_cell(header_line(style), std::string("path").size(), "label");
  for (const auto& [row, label] : rows)
    text += with_second_cell(row_line(row, style), csv_cell(row.path).size(), csv_cell(class_names[label]));
  return text;
}

}  // namespace pawprint
