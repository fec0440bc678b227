#include "app/report/validation_csv.h"

#include "app/data/csv.h"
#include "app/report/prediction_format.h"

namespace pawprint {

namespace {

// Puts a cell between the first (the path) and the others.
std::string with_second_cell(const std::string& line, size_t first_length, const std::string& cell) {
  return line.substr(0, first_length) + ',' + cell + line.substr(first_length);
}

}  // namespace

std::string validation_csv(const std::vector<LabeledPrediction>& predictions,
                           const std::vector<std::string>& class_names) {
  const PredictionFormat format{RowFormat::kCsv, class_names, 0};
  std::string text = with_second_cell(header_line(format), std::string("path").size(), "label");
  for (const auto& [prediction, label] : predictions)
    text += with_second_cell(prediction_line(prediction, format), csv_cell(prediction.path).size(),
                             csv_cell(class_names[label]));
  return text;
}

}  // namespace pawprint
