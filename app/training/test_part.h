// finetune --test-fraction: photos that no part of the training sees.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/metrics.h"
#include "app/training/features.h"
#include "app/training/fit_head.h"

namespace pawprint {

struct Photos;

struct TestPart {
  HeadRows rows;                // [T]
  std::vector<int64_t> photos;  // [T] index into Photos
  std::vector<Sha256> content;  // [T]
  int64_t excluded = 0;         // of them, those that a list says not to train on: they are measured on all the same
};

// Takes the share options.test_fraction of each class out of `rows` and `set`, whose item i is one photo. Groups stay
// whole, and those with photos of a given validation set stay where these are.
TestPart take_test_part(HeadRows& rows, FeatureSet& set, const Photos& photos, const FinetuneOptions& options);

struct TestFigures {
  Evaluation evaluation;   // of the photos as they are
  Evaluation with_mirror;  // the same with --tta
};

// What the finished model says of the test part; nothing without one.
std::optional<TestFigures> measure_test(const TestPart& test, const Head& head, double temperature, uint64_t seed);

// `test` of metrics.json: named as the figures of the validation photos, with `n_test` for `n_val`. null without one.
nlohmann::json describe_test(const std::optional<TestFigures>& figures, const std::vector<std::string>& class_names);

// path,label of each photo, from the data folder on: a table for `evaluate --labels`. Without a test part it removes
// that of an earlier run, whose photos may have been trained on since.
constexpr char kTestPhotosFile[] = "test_photos.csv";
void write_test_photos(const std::filesystem::path& folder, const TestPart& test, const Photos& photos,
                       const std::filesystem::path& data);

}  // namespace pawprint
