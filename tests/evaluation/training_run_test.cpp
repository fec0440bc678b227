#include "app/evaluation/training_run.h"

#include <gtest/gtest.h>

#include <limits>

namespace pawprint {
namespace {

// As finetune writes it, with something in every field.
nlohmann::json complete() {
  return nlohmann::json::parse(R"({
    "accuracy": 0.75, "accuracy_low": 0.3, "accuracy_high": 0.95, "balanced_accuracy": 0.75, "n_val": 4,
    "macro": {"precision": 0.83, "recall": 0.75, "f1": 0.73}, "majority_baseline": 0.5, "log_loss": 0.4,
    "roc_auc": null, "ece": 0.1, "brier": 0.2, "challenge_12": 0.05, "confusion": [[2, 0], [1, 1]],
    "classes": ["cats", "dogs"], "cautions": ["few photos"], "ignored_files": 3, "layout": "2 classes, a folder each",
    "per_class": [{"class": "cats", "support": 2, "predicted": 3, "precision": 0.6666666666666666, "recall": 1.0, "f1": 0.8},
                  {"class": "dogs", "support": 2, "predicted": 1, "precision": 1.0, "recall": 0.5, "f1": 0.6666666666666666}],
    "skipped": [{"path": "a.jpg", "reason": "JPEG cut short"}], "unreadable": 1, "temperature": 1.5, "seed": 7,
    "recipe": {"precision": "bf16", "engine": "frozen", "decoding": "scaled", "photos_tried": 128,
               "forward_per_second": {"fp32 frozen": 100.5, "bf16 frozen": 200.5}, "median_cosine": 0.9995,
               "head_agreement": 0.998, "largest_difference": 0.0005},
    "backbone": {"name": "petite", "id": "abc"}, "versions": {"pawprint": "0.1.0", "libtorch": "1.13", "opencv": "4.6"},
    "images_per_second": 1200.25, "seconds": {"scan": 0.5, "total": 2.5},
    "test": {"accuracy": 0.5, "accuracy_low": 0.1, "accuracy_high": 0.9, "balanced_accuracy": 0.5, "n_test": 2, "accuracy_tta": 1.0,
             "macro": {"precision": 0.25, "recall": 0.5, "f1": 0.33}, "majority_baseline": 0.5, "log_loss": 0.6, "roc_auc": 0.5,
             "ece": 0.2, "brier": 0.3, "challenge_12": null, "confusion": [[1, 0], [1, 0]],
             "per_class": [{"class": "cats", "support": 1, "predicted": 2, "precision": 0.5, "recall": 1.0, "f1": 0.6666666666666666},
                           {"class": "dogs", "support": 1, "predicted": 0, "precision": null, "recall": 0.0, "f1": 0.0}]},
    "accuracy_tta": 0.8, "accuracy_without_excluded": 0.7, "accuracy_original_labels": 0.65, "n_train": 16, "n_fitted": 20, "n_train_of_class": [8, 8],
    "duplicates_left_out": 1, "excluded": 2, "excluded_validation": 3, "relabeled": 4, "relabeled_validation": 5,
    "groups": {"groups": 1, "photos": 2, "alike": 2, "same_moment": 3, "named": 4, "timed": 5, "too_alike": ["cats"],
               "largest": [["a.jpg", "b.jpg"]], "relatives_left_out": 6, "relatives_trained_on": 7,
               "accuracy_ungrouped": 0.9},
    "calibration": {"temperature": 1.5, "photos": 16,
                    "out_of_fold": {"log_loss_before": 0.5, "log_loss_after": 0.4, "ece_before": 0.2, "ece_after": 0.1},
                    "validation": {"log_loss_before": 0.6, "log_loss_after": 0.5, "ece_before": 0.3, "ece_after": 0.2}},
    "selective": {"photos": 4, "points": [[0.9, 2, 0], [0.6, 4, 1]]},
    "conformal": {"photos": 16, "ranks": [[1, 0.0], [16, 0.75]]},
    "familiarity": {"classes": [3, 5], "threshold": 0.25}, "l2": 0.1,
    "head": {"kind": "logistic", "class_weights": "balanced", "l2": 0.1, "l1": 0.0,
             "path": [{"l2": 1.0, "log_loss": 0.5, "standard_error": 0.1}]},
    "learning_curve": {"points": [{"photos": 8, "accuracy": 0.6, "low": 0.5, "high": 0.7, "repeats": 3}], "l2": 0.1,
                       "same_head": false, "last_doubling": {"gain": 0.1, "low": -0.1, "high": 0.3}},
    "freeze": {"before": "12ab", "after": "12ab", "equal": true}, "photos_sha256": "34cd",
    "preprocess": {"resize": 72, "crop": 64, "interpolation": "bilinear", "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]},
    "options": {"DATA": "pets", "l2": null}})");
}

TEST(TrainingRun, IsReadAsItWasWritten) {
  const auto json = complete();
  EXPECT_EQ(to_json(training_run_from_json(json)), json);
}

TEST(TrainingRun, OfAPerceptronHasItsCurves) {
  auto json = complete();
  json["head"] = {{"kind", "mlp"},
                  {"class_weights", "none"},
                  {"hidden", 256},
                  {"dropout", 0.5},
                  {"weight_decay", 0.01},
                  {"epochs", 2},
                  {"training_loss", {1.0, 0.5}},
                  {"stopping_loss", {1.0, 0.75}}};
  EXPECT_EQ(to_json(training_run_from_json(json)), json);
}

TEST(TrainingRun, WhatAnOlderFileLacksIsEmpty) {
  auto json = complete();
  for (const char* key : {"n_fitted", "groups", "learning_curve", "head", "selective", "familiarity", "test"})
    json.erase(key);
  json["asirra_12"] = json["challenge_12"];
  json.erase("challenge_12");
  const auto run = training_run_from_json(json);
  EXPECT_EQ(run.n_train, 16);
  EXPECT_EQ(run.measured.evaluation.challenge_12, 0.05);
  EXPECT_EQ(run.n_fitted, std::nullopt);
  EXPECT_EQ(run.groups.groups, 0);
  EXPECT_FALSE(run.test || run.learning_curve || run.head || run.selective || run.detector);
  EXPECT_EQ(training_run_from_json(nullptr).n_train, std::nullopt);
  EXPECT_TRUE(to_json(training_run_from_json(json))["learning_curve"].is_null());
}

TEST(TrainingRun, WhatHasAnotherFormIsEmptyAndTheRestIsThere) {
  auto json = complete();
  json["n_train"] = "lots";
  json["learning_curve"]["points"] = "many";
  json["head"]["kind"] = "forest";
  json["freeze"] = 3;
  json["preprocess"]["crop"] = -1;
  json["confusion"] = {{1, 2}, {3}};
  json["recipe"]["engine"] = "steam";
  const auto run = training_run_from_json(json);
  EXPECT_EQ(run.n_train, std::nullopt);
  EXPECT_FALSE(run.head);
  EXPECT_TRUE(run.learning_curve->points.empty());
  EXPECT_EQ(run.weights_before, "");
  EXPECT_EQ(run.measured.networks.front().preprocess, PreprocessSpec());
  EXPECT_TRUE(run.measured.evaluation.per_class.empty());
  EXPECT_TRUE(to_json(run)["per_class"].empty());
  EXPECT_EQ(run.measured.networks.front().config, ChosenInference());
  EXPECT_EQ(run.n_fitted, 20);
}

TEST(TrainingRun, NumbersThatNoCountCanHaveAreLeftOut) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  for (const auto& cells :
       {nlohmann::json{{most, 1}, {1, most}}, nlohmann::json{{1, -1}, {0, 1}}, nlohmann::json{{1e300, 0}, {0, 1}}}) {
    auto json = complete();
    json["confusion"] = cells;
    EXPECT_TRUE(training_run_from_json(json).measured.evaluation.confusion.empty()) << cells;
  }
  for (const nlohmann::json& count : {nlohmann::json(1e300), nlohmann::json(1.5), nlohmann::json(uint64_t{1} << 63)}) {
    auto json = complete();
    json["n_train"] = count;
    EXPECT_EQ(training_run_from_json(json).n_train, std::nullopt) << count;
    json["selective"]["points"] = {{0.5, count, 0}};
    EXPECT_TRUE(training_run_from_json(json).selective->points.empty()) << count;
  }
}

TEST(TrainingRun, GoesWithAModelWithoutNamesOfFilesAndTimes) {
  const auto run = training_run_from_json(complete());
  const auto model = model_metadata(run, "2026-01-01T00:00:00Z");
  EXPECT_EQ(model["counts"], (nlohmann::json{{"training", 16}, {"validation", 4}, {"fitted", 20}, {"unreadable", 1}}));
  EXPECT_EQ(model["when"], "2026-01-01T00:00:00Z");
  EXPECT_EQ(model["seed"], 7);
  EXPECT_EQ(model.dump().find("jpg"), std::string::npos);
  EXPECT_FALSE(model["metrics"].contains("seconds") || model["metrics"].contains("options"));
  auto kept = to_json(training_run_of(model)), expected = complete();
  expected["groups"].erase("largest");
  for (auto* json : {&kept, &expected})
    for (const char* key : {"skipped", "unreadable", "layout", "options", "images_per_second", "seconds"})
      json->erase(key);
  EXPECT_EQ(kept, expected);
}

TEST(ChosenInference, IsNoneWhereTheRecipeIsUnknown) {
  EXPECT_EQ(chosen_inference_from_json(complete()["recipe"])->photos_tried, 128);
  for (const char* text : {"null", "[]", "{}", R"({"precision": "bf16", "engine": "steam", "decoding": "whole"})"})
    EXPECT_FALSE(chosen_inference_from_json(nlohmann::json::parse(text))) << text;
}

}  // namespace
}  // namespace pawprint
