#include "app/training/learning_curve.h"

#include <gtest/gtest.h>
#include <torch/script.h>

namespace pawprint {
namespace {

// Two views of photos whose class shifts one feature of many; `noise` makes it hard to find with few photos.
FeatureMatrix made_rows(int64_t photos, int64_t classes, double noise, uint64_t seed) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(seed);
  FeatureMatrix rows;
  rows.classes = classes;
  rows.features = at::empty({photos, 2, 40}).normal_(0, noise, random);
  for (int64_t i = 0; i < photos; ++i) {
    rows.labels.push_back(i % classes);
    rows.group.push_back(sha256(std::to_string(seed) + ':' + std::to_string(i)));
    rows.features[i].select(1, i % classes) += 1;
  }
  return rows;
}

LearningCurve curve_of(const FeatureMatrix& training, const FeatureMatrix& validation, const HeadOptions& options) {
  return learning_curve(training, validation, fit_head(training, options, {}), options);
}

std::vector<int64_t> photos_of(const LearningCurve& curve) {
  std::vector<int64_t> photos;
  for (const auto& point : curve.points) photos.push_back(point.photos);
  return photos;
}

TEST(LearningCurve, RisesWhereMorePhotosHelp) {
  const auto curve = curve_of(made_rows(640, 2, 0.7, 1), made_rows(400, 2, 0.7, 2), {});
  EXPECT_EQ(photos_of(curve), (std::vector<int64_t>{20, 40, 80, 160, 320, 640}));
  EXPECT_EQ(curve.points.front().repeats, 6);
  EXPECT_EQ(curve.points.back().repeats, 1);
  EXPECT_LT(curve.points.front().accuracy + 0.05, curve.points.back().accuracy);
  for (const auto& point : curve.points) {
    EXPECT_LE(point.low, point.accuracy + 1e-12);
    EXPECT_GE(point.high, point.accuracy - 1e-12);
  }
  EXPECT_TRUE(curve.same_head);
  EXPECT_NEAR(curve.gain, curve.points[5].accuracy - curve.points[4].accuracy, 1e-12);
  EXPECT_LT(curve.gain_low, curve.gain);
  EXPECT_GT(curve.gain_high, curve.gain);
}

TEST(LearningCurve, EndsAtTheFittedHeadsAccuracy) {
  const auto training = made_rows(120, 3, 0.7, 1), validation = made_rows(90, 3, 0.7, 2);
  const auto fitted = fit_head(training, {}, {});
  const auto curve = learning_curve(training, validation, fitted, {});
  const auto right = fitted.head.forward(validation.features.select(1, 0)).argmax(1);
  int64_t count = 0;
  for (int64_t i = 0; i < 90; ++i) count += right[i].item<int64_t>() == validation.labels[i];
  EXPECT_NEAR(curve.points.back().accuracy, static_cast<double>(count) / 90, 1e-12);
}

TEST(LearningCurve, LogisticHeadsStandForOtherKinds) {
  HeadOptions options;
  options.kind = HeadKind::kMlp;
  options.mlp.hidden = 8;
  options.mlp.epochs = 3;
  const auto curve = curve_of(made_rows(160, 2, 0.3, 1), made_rows(60, 2, 0.3, 2), options);
  EXPECT_FALSE(curve.same_head);
  EXPECT_GT(curve.points.back().accuracy, 0.9);
}

TEST(LearningCurve, IsTheSameForAnyNumberOfThreads) {
  const auto training = made_rows(200, 2, 1, 1), validation = made_rows(60, 2, 1, 2);
  const auto fitted = fit_head(training, {}, {});
  HeadOptions one, three;
  three.threads = 3;
  EXPECT_EQ(learning_curve(training, validation, fitted, one), learning_curve(training, validation, fitted, three));
  HeadOptions other;
  other.seed = 2;
  EXPECT_NE(learning_curve(training, validation, fitted, one), learning_curve(training, validation, fitted, other));
}

TEST(LearningCurve, TooFewPhotosGiveNone) {
  EXPECT_TRUE(curve_of(made_rows(15, 2, 0.3, 1), made_rows(10, 2, 0.3, 2), {}).points.empty());
  EXPECT_EQ(curve_of(made_rows(16, 2, 0.3, 1), made_rows(10, 2, 0.3, 2), {}).points.size(), 2U);
}

}  // namespace
}  // namespace pawprint
