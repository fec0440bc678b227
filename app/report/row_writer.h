#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace pawprint {

enum class RowFormat { kCsv, kJsonl, kKaggle, kKaggleRedux };

// What classify says about one file.
struct Row {
  std::string path;
  std::vector<double> probabilities;  // [C]; empty if the file could not be read
  std::string status = "ok";          // or the reason
  std::string note = {};              // why the answer should not be believed; empty: it may be
};

struct RowStyle {
  RowFormat format = RowFormat::kCsv;
  std::vector<std::string> class_names;
  int64_t top_k = 0;      // 0: a column a class; otherwise the k most probable classes, best first
  bool notes = false;     // a column `note` before `status`
  void validate() const;  // throws UsageError
};

// Both end in LF. The header is empty for JSONL.
std::string header_line(const RowStyle& style);
std::string row_line(const Row& row, const RowStyle& style);

// 0.983402: six decimals, the same on every machine.
std::string probability_text(double p);

}  // namespace pawprint
