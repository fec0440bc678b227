#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/evaluation/prediction.h"
#include "app/report/options.h"

namespace pawprint {

// How predictions are written, a row each.
struct PredictionFormat {
  RowFormat rows = RowFormat::kCsv;
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
std::string header_line(const PredictionFormat& format);
std::string prediction_line(const Prediction& prediction, const PredictionFormat& format);

// 0.983402: six decimals, the same on every machine.
std::string probability_text(double p);

}  // namespace pawprint
