#include "app/data/csv.h"

#include <algorithm>
#include <array>

#include "models/base/error.h"

namespace pawprint {

std::vector<CsvRow> parse_csv(std::string_view text, const std::string& subject, char separator) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<CsvRow> rows;
  CsvRow row{{""}, 1};
  int64_t line = 1;
  const bool old_mac = text.find('\n') == std::string_view::npos;  // lines end in CR
  bool quotes = false;
  const auto end_row = [&] {
    if (row.cells.size() > 1 || !row.cells[0].empty()) rows.push_back(row);
    row = {{""}, line};
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || (old_mac && c == '\r')) ++line;
    if (quotes) {
      if (c != '"') {
        row.cells.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.cells.back() += '"';
        ++i;
      } else {
        quotes = false;
      }
    } else if (c == '"' && row.cells.back().find_first_not_of(' ') == std::string::npos) {
      row.cells.back().clear();
      quotes = true;
    } else if (c == separator) {
      row.cells.emplace_back();
    } else if (c == '\n' || (old_mac && c == '\r')) {
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

char csv_separator(std::string_view text) {
  constexpr size_t kMaxLines = 50;
  constexpr std::string_view kSeparators = ",;\t";
  std::vector<std::array<size_t, kSeparators.size()>> counts;  // of each line that is not empty
  bool quotes = false, empty = true;
  for (const char c : text) {
    if (empty && c != '\n' && c != '\r') counts.emplace_back(), empty = false;
    if (c == '"') quotes = !quotes;
    if (quotes) continue;
    if (c == '\n' && counts.size() == kMaxLines) break;
    if (c == '\n') empty = true;
    if (const size_t s = kSeparators.find(c); s != kSeparators.npos) ++counts.back()[s];
  }
  char best = ',';
  size_t max = 0;
  for (size_t s = 0; s < kSeparators.size() && !counts.empty(); ++s) {
    if (counts[0][s] == 0) continue;
    const auto alike = std::count_if(counts.begin(), counts.end(), [&](const auto& c) { return c[s] == counts[0][s]; });
    if (static_cast<size_t>(alike) > max) max = static_cast<size_t>(alike), best = kSeparators[s];
  }
  return best;
}

std::string csv_exact_cell(std::string_view text) {
  if (text.find_first_of("\",\r\n") == text.npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string csv_cell(std::string_view text) {
  const bool formula = !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != text.npos;
  return csv_exact_cell(formula ? "'" + std::string(text) : std::string(text));
}

}  // namespace pawprint
