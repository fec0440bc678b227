#include "app/data/csv.h"

#include "models/base/error.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

namespace {

std::string as_csv(const std::vector<CsvRow>& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.cells.size(); ++i) text += (i == 0 ? "" : ",") + csv_exact_cell(row.cells[i]);
    text += '\n';
  }
  return text;
}

}  // namespace

void fuzz_one(std::string_view input) {
  const char separator = csv_separator(input);
  must(separator == ',' || separator == ';' || separator == '\t', "cells are separated by one of three");
  try {
    auto rows = parse_csv(input, "table", separator);
    for (auto& row : rows) {
      must(!row.cells.empty() && row.line >= 1, "a row has a cell and a line");
      // What these begin or end with says something else where it stands alone.
      for (auto& cell : row.cells) cell = 'x' + cell + csv_cell(cell);
    }
    const auto again = parse_csv(as_csv(rows), "table");
    must(again.size() == rows.size(), "as many rows are read as were written");
    for (size_t i = 0; i < rows.size(); ++i)
      must(again[i].cells == rows[i].cells, "cells are read as they were written");
  } catch (const Error&) {
  }
}

}  // namespace pawprint
