#include "app/data/csv.h"

#include "models/error.h"

namespace pawprint {

std::vector<CsvRow> parse_csv(std::string_view text, const std::string& subject) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<CsvRow> rows;
  CsvRow row{{""}, 1};
  int64_t line = 1;
  bool quotes = false;
  const auto end_row = [&] {
    if (row.cells.size() > 1 || !row.cells[0].empty()) rows.push_back(row);
    row = {{""}, line};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quotes) {
      if (c != '"') {
        row.cells.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.cells.back() += '"';
        ++i;
      } else {
        quotes = false;
      }
    } else if (c == '"' && row.cells.back().empty()) {
      quotes = true;
    } else if (c == ',') {
      row.cells.emplace_back();
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r' || i + 1 == text.size() || text[i + 1] != '\n') {
      row.cells.back() += c;
    }
  }
  if (quotes)
    throw Error(subject + ":" + std::to_string(row.line) + ": expected a closing quote, got the end of the file");
  end_row();
  return rows;
}

std::string csv_cell(std::string_view text) {
  std::string cell(text);
  if (!cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos) cell.insert(0, 1, '\'');
  if (cell.find_first_of("\",\r\n") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace pawprint
