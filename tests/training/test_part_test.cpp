#include "app/training/test_part.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <algorithm>
#include <set>

#include "app/training/training_photos.h"
#include "models/base/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;

// Photos 0, 1, ... of two classes in turn, readable but for every tenth; feature 0 of each is its number.
struct Data {
  TrainingPhotos photos;
  FeatureSet set;
};

Data made_data(int64_t count) {
  Data data;
  data.photos.class_names = {"cat", "dog"};
  for (int64_t i = 0; i < count; ++i) {
    data.photos.photos.push_back({"data/" + data.photos.class_names[i % 2] + "/" + std::to_string(i) + ".jpg", i % 2});
    if (i % 10 == 9) continue;
    data.set.rows.push_back(i);
    data.set.content.push_back(sha256(std::to_string(i)));
  }
  const auto readable = at::tensor(at::ArrayRef<int64_t>(data.set.rows), at::kLong).to(at::kFloat);
  data.set.features = readable.view({-1, 1, 1}).expand({-1, 2, 3}).contiguous();
  return data;
}

FinetuneOptions with_test(double fraction) {
  FinetuneOptions options;
  options.data = "data";
  options.test_fraction = fraction;
  options.groups = false;  // by looks; equal contents and names are joined all the same
  return options;
}

TrainValSplit divided(const TrainingPhotos& photos, FeatureSet set, const FinetuneOptions& options) {
  return split_train_val(photos, set, options, {});
}

std::set<int64_t> photos_of(const FeatureMatrix& rows) {
  std::set<int64_t> photos;
  for (int64_t i = 0; i < rows.features.size(0); ++i) photos.insert(std::llround(rows.features[i][0][0].item<float>()));
  return photos;
}

bool disjoint(const std::set<int64_t>& a, const std::set<int64_t>& b) {
  return std::find_first_of(a.begin(), a.end(), b.begin(), b.end()) == a.end();
}

TEST(TestPart, IsEmptyUnlessAskedFor) {
  auto [photos, set] = made_data(100);
  const auto data = divided(photos, set, with_test(0));
  EXPECT_TRUE(data.test.photos.empty());
  EXPECT_EQ(data.all.labels.size(), 90u);
  EXPECT_FALSE(measure_test(data.test, {}, 1, 1));
}

TEST(TestPart, IsAShareOfAllPhotosThatNothingElseHolds) {
  auto [photos, set] = made_data(200);
  const auto data = divided(photos, set, with_test(0.3));
  const auto test = photos_of(data.test.rows), all = photos_of(data.all);
  EXPECT_EQ(test, std::set<int64_t>(data.test.photos.begin(), data.test.photos.end()));
  EXPECT_EQ(test.size(), 54u);  // of 180
  EXPECT_EQ(all.size(), 126u);
  EXPECT_TRUE(disjoint(test, all));
  EXPECT_TRUE(disjoint(test, photos_of(data.training)));
  EXPECT_TRUE(disjoint(test, photos_of(data.validation)));
  EXPECT_EQ(data.validation.labels.size(), 36u);  // a fifth of all, not of what is left
  for (size_t i = 0; i < data.test.photos.size(); ++i) {
    EXPECT_EQ(data.test.rows.labels[i], photos.photos[data.test.photos[i]].label);
    EXPECT_EQ(data.test.content[i], sha256(std::to_string(data.test.photos[i])));
  }
}

TEST(TestPart, EqualPhotosStayTogetherInWhicheverClass) {
  auto [photos, set] = made_data(200);
  for (size_t i = 0; i < set.content.size(); ++i) set.content[i] = sha256(std::to_string(i / 3));
  const auto data = divided(photos, set, with_test(0.3));
  const auto contents = [](const std::vector<Sha256>& list) { return std::set<Sha256>(list.begin(), list.end()); };
  const auto test = contents(data.test.content);
  EXPECT_FALSE(test.empty());
  for (const auto& others : {data.training_content, data.validation_content}) {
    for (const auto& content : others) EXPECT_FALSE(test.contains(content));
  }
}

TEST(TestPart, TakesNothingFromAGivenValidationSetNorItsGroups) {
  auto [photos, set] = made_data(200);
  photos.has_validation = true;
  for (int64_t i = 160; i < 200; ++i) photos.photos[i].validation = true;
  for (const int64_t i : {0, 1, 2, 3}) set.content[i] = sha256(std::to_string(160 + i));  // copies of validation photos
  const auto data = divided(photos, set, with_test(0.5));
  EXPECT_EQ(data.test.photos.size(), 70u);  // half of 140
  for (const int64_t photo : data.test.photos) EXPECT_TRUE(photo >= 4 && photo < 160) << photo;
  EXPECT_EQ(data.validation.labels.size(), 36u);
  EXPECT_EQ(data.duplicates_left_out, 4);
}

TEST(TestPart, IsTheSameWithAndWithoutAListOfPhotosToExclude) {
  auto [photos, set] = made_data(200);
  const auto before = divided(photos, set, with_test(0.3));
  for (int64_t i = 0; i < 100; ++i) photos.photos[i].excluded = true;
  const auto data = divided(photos, set, with_test(0.3));
  EXPECT_EQ(data.test.photos, before.test.photos);
  EXPECT_EQ(data.validation_content.size(), before.validation_content.size());
  EXPECT_GT(data.test.excluded, 0);
  EXPECT_EQ(data.test.excluded + data.excluded_training + data.excluded_validation, 100);
}

TEST(TestPart, IsTheSameWithAndWithoutCorrectedLabels) {
  auto [photos, set] = made_data(200);
  const auto before = divided(photos, set, with_test(0.3));
  int64_t readable = 0;
  for (int64_t i = 0; i < 60; i += 2) {  // all of one class
    photos.photos[i].label_in_data = photos.photos[i].label;
    photos.photos[i].label = 1 - photos.photos[i].label;
    readable += i % 10 != 9;
  }
  const auto data = divided(photos, set, with_test(0.3));
  EXPECT_EQ(data.test.photos, before.test.photos);
  EXPECT_EQ(data.validation_photos, before.validation_photos);
  EXPECT_EQ(data.validation_labels_in_data, before.validation.labels);
  EXPECT_NE(data.validation.labels, before.validation.labels);
  EXPECT_GT(data.relabeled_validation, 0);
  EXPECT_EQ(data.test.relabeled + data.relabeled_training + data.relabeled_validation, readable);
}

TEST(TestPart, EveryClassMustHavePhotosOnEverySide) {
  auto [photos, set] = made_data(40);
  for (size_t i = 0; i < set.rows.size(); ++i) {
    if (photos.photos[set.rows[i]].label == 0) set.content[i] = sha256(i < 10 ? "one" : "other");
  }
  EXPECT_TRUE(
      message_of<Error>([&] { divided(photos, set, with_test(0.3)); })
          .starts_with("'data': expected readable photos of class 'cat' for training, for validation and for the "
                       "test, got "));
}

TEST(TestPart, ShowsInTheDigest) {
  auto [photos, set] = made_data(100);
  const auto none = divided(photos, set, with_test(0)), some = divided(photos, set, with_test(0.2));
  EXPECT_NE(digest(none, photos.class_names), digest(some, photos.class_names));
}

// Of two classes told apart by the first feature: photos below 2 are taken for cats.
TEST(MeasureTest, HasTheFiguresOfValidationUnderTheirNames) {
  TestPart test{{torch::tensor({{{0.f}, {0.f}}, {{1.f}, {4.f}}, {{3.f}, {3.f}}, {{5.f}, {5.f}}}), {0, 0, 1, 0}, {}, 2},
                {4, 5, 6, 7},
                {},
                0};
  const Head head{{LinearLayer{torch::tensor({{-1.f}, {1.f}}), torch::tensor({2.f, -2.f})}}};
  const auto figures = measure_test(test, head, 1, 1);
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->evaluation.correct, 3);
  EXPECT_EQ(figures->accuracy_tta, 0.5);
  TrainingRun run;
  EXPECT_TRUE(to_json(run)["test"].is_null());
  run.test = figures;
  run.measured.class_names = {"cat", "dog"};
  run.measured.evaluation = figures->evaluation;
  EXPECT_EQ(training_run_from_json(to_json(run)).test->evaluation.count, 4);
  const auto json = to_json(run)["test"];
  EXPECT_EQ(json["accuracy"], 0.75);
  EXPECT_EQ(json["accuracy_tta"], 0.5);
  EXPECT_EQ(json["n_test"], 4);
  EXPECT_FALSE(json.contains("n_val"));
  EXPECT_EQ(json["confusion"], (std::vector<std::vector<int64_t>>{{2, 1}, {0, 1}}));
  EXPECT_EQ(json["per_class"][1]["class"], "dog");
}

TEST(TestPhotosCsv, NamesThemFromTheDataOn) {
  auto [photos, set] = made_data(4);
  photos.photos[0].path = "data/cat/a, \"b\".jpg";
  photos.class_names[1] = "=dog";
  TestPart test;
  test.photos = {0, 3};
  test.rows.labels = {0, 1};
  EXPECT_EQ(test_photos_csv(test, photos, "data"), "path,label\n\"cat/a, \"\"b\"\".jpg\",cat\ndog/3.jpg,=dog\n");
}

}  // namespace
}  // namespace pawprint
