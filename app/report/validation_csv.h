#pragma once

#include <string>
#include <vector>

#include "app/evaluation/prediction.h"

namespace pawprint {

// path,label,class,probability,<a column a class>,status: classify's rows and what is known of each photo.
std::string validation_csv(const std::vector<LabeledPrediction>& predictions,
                           const std::vector<std::string>& class_names);

}  // namespace pawprint
