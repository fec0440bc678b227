// finetune --test-fraction: photos that no part of the training sees.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "app/evaluation/training_run.h"
#include "app/training/features.h"
#include "app/training/fit_head.h"

namespace pawprint {

struct TrainingPhotos;

struct TestPart {
  FeatureMatrix rows;           // [T]
  std::vector<int64_t> photos;  // [T] index into the photos
  std::vector<Sha256> content;  // [T]
  int64_t excluded = 0;         // of them, those that a list says not to train on: they are measured on all the same
  int64_t relabeled = 0;        // of them, those whose label a person corrected
};

// Takes the share options.test_fraction of each class out of `rows` and `set`, whose item i is one photo. Groups stay
// whole, and those with photos of a given validation set stay where these are.
TestPart take_test_part(FeatureMatrix& rows, FeatureSet& set, const TrainingPhotos& images,
                        const FinetuneOptions& options);

// What the finished model says of the test part; nothing without one.
std::optional<TestFigures> measure_test(const TestPart& test, const Head& head, double temperature, uint64_t seed);

// path,label of each photo, from the data folder on: a table for `evaluate --labels`.
constexpr char kTestPhotosFile[] = "test_photos.csv";
std::string test_photos_csv(const TestPart& test, const TrainingPhotos& images, const std::filesystem::path& data);

}  // namespace pawprint
