#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/report/options.h"

namespace pawprint {

// What stands in a row's note, both with "; " between.
constexpr const char *kUnsure = "unsure", *kUnfamiliar = "unfamiliar";

// What classify says about one file.
struct Row {
  std::string path;
  std::vector<double> probabilities;  // [C]; empty if the file could not be read
  std::string status = "ok";          // or the reason
  std::string note = {};              // why the answer should not be believed; empty: it may be
  std::string looks_like = {};        // of an unfamiliar photo: the nearest of the backbone's own classes
  std::vector<int64_t> set = {};      // classes of which one is the true one, as surely as was asked for
};

struct RowStyle {
  RowFormat format = RowFormat::kCsv;
  std::vector<std::string> class_names;
  int64_t top_k = 0;      // 0: a column a class; otherwise the k most probable classes, best first
  bool notes = false;     // a column `note` before `status`; in JSON lines `looks_like`, too
  bool sets = false;      // a column `set` before `note`
  void validate() const;  // throws UsageError
};

// The columns of the classes in a CSV file of any kind: their names; but `p(NAME)` for one that is the name of another
// column (path, label, class, probability, set, note, status) or reads like another class's once csv_cell() has
// disarmed it.
std::vector<std::string> class_columns(const std::vector<std::string>& class_names);

// Both end in LF. The header is empty for JSONL.
std::string header_line(const RowStyle& style);
std::string row_line(const Row& row, const RowStyle& style);

// 0.983402: six decimals, the same on every machine.
std::string probability_text(double p);

}  // namespace pawprint
