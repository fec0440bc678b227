#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/report/row_writer.h"

namespace pawprint {

struct LabeledRow {
  Row row;
  int64_t label = 0;
};

// path,label,class,probability,<a column a class>,status: classify's rows and what is known of each photo.
std::string validation_csv(const std::vector<LabeledRow>& rows, const std::vector<std::string>& class_names);

}  // namespace pawprint
