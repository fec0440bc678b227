// What metrics.json and pawprint.json say.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/training/finetune.h"
#include "app/training/training_photos.h"

namespace pawprint {

// All of metrics.json that does not depend on the clock, the backbone aside.
nlohmann::json describe_training(const FinetuneOptions& options, const Photos& photos, const Divided& data,
                                 const FittedHead& fitted, const FinetuneResult& result);

// What pawprint.json says of the training: no names of files, which do not concern who gets the model.
nlohmann::json describe_model(nlohmann::json metrics, const std::string& when);

// Numbers that cannot be had are null.
nlohmann::json to_json(const Evaluation& evaluation);  // accuracy, accuracy_low ... confusion
nlohmann::json describe_classes(const Evaluation& evaluation, const std::vector<std::string>& class_names);
nlohmann::json to_json(const std::vector<SkippedPhoto>& skipped);
nlohmann::json library_versions();  // of pawprint, LibTorch and OpenCV

}  // namespace pawprint
