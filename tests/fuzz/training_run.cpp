// metrics.json, and what a model says of its training.
#include "app/evaluation/training_run.h"

#include "models/base/error.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

namespace {

void read_parts(const nlohmann::json& json) {
  training_run_of(json);
  chosen_inference_from_json(json);
  try {
    must(preprocess_from_json(to_json(preprocess_from_json(json, "it")), "it") == preprocess_from_json(json, "it"),
         "preprocessing is read as it was written");
  } catch (const Error&) {
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  const auto json = nlohmann::json::parse(input, nullptr, false);
  if (!json.is_object()) return;
  read_parts(json);
  const std::string text = metrics_text(to_json(training_run_from_json(json)));
  const auto again = nlohmann::json::parse(text, nullptr, false);
  must(again.is_object(), "metrics.json is JSON");
  must(metrics_text(to_json(training_run_from_json(again))) == text, "a run is read as it was written");
}

}  // namespace pawprint
