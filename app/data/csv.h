#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pawprint {

struct CsvRow {
  std::vector<std::string> cells;
  int64_t line = 0;  // where the row begins, from 1
};

// Reads RFC 4180: cells quoted where needed, "" for a quote, LF or CRLF (or CR alone). A byte order mark and empty
// lines are passed over. Throws Error, with `subject` and the line, for a quote that is never closed.
std::vector<CsvRow> parse_csv(std::string_view text, const std::string& subject, char separator = ',');

// `,` `;` or a tab: what the first line holds and most of the next lines hold as often.
char csv_separator(std::string_view text);

// One cell as it is, quoted where RFC 4180 asks for it: for what parse_csv is to read back.
std::string csv_exact_cell(std::string_view text);

// The same for people: a text that a spreadsheet would run as a formula (= + - @ tab CR first) gets an apostrophe in
// front.
std::string csv_cell(std::string_view text);

}  // namespace pawprint
