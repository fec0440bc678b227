#include "app/evaluation/curves.h"

#include <gtest/gtest.h>

#include "app/evaluation/calibration.h"
#include "app/evaluation/metrics.h"

namespace pawprint {
namespace {

using Points = std::vector<std::pair<double, double>>;

Points points_of(const std::vector<CurvePoint>& curve) {
  Points points;
  for (const auto& p : curve) points.emplace_back(p.x, p.y);
  return points;
}

TEST(WilsonInterval, IsTheOneOfTheTables) {
  const auto [low, high] = wilson_interval(0.9, 10);
  EXPECT_NEAR(low, 0.5958, 1e-4);
  EXPECT_NEAR(high, 0.9821, 1e-4);
  EXPECT_EQ(wilson_interval(1, 5).second, 1);
}

TEST(RocCurve, StepsThroughTheScores) {
  const std::vector<double> scores = {0.9, 0.8, 0.8, 0.1};
  const std::vector<bool> positive = {true, false, true, false};
  EXPECT_EQ(points_of(roc_curve(scores, positive)), (Points{{0, 0}, {0, 0.5}, {0.5, 1}, {1, 1}}));
  EXPECT_TRUE(roc_curve({0.1, 0.2}, {true, true}).empty());
}

TEST(RocCurve, HasTheAreaThatIsReported) {
  const std::vector<double> scores = {0.9, 0.8, 0.8, 0.4, 0.3, 0.1};
  const std::vector<bool> positive = {true, false, true, true, false, false};
  double area = 0;
  const auto curve = roc_curve(scores, positive);
  for (size_t i = 1; i < curve.size(); ++i) area += (curve[i].x - curve[i - 1].x) * (curve[i].y + curve[i - 1].y) / 2;
  EXPECT_NEAR(area, roc_auc(scores, positive).value(), 1e-12);
}

TEST(PrecisionRecallCurve, StepsThroughTheScores) {
  const auto curve = precision_recall_curve({0.9, 0.8, 0.7, 0.1}, {true, false, true, false});
  EXPECT_EQ(points_of(curve), (Points{{0.5, 1}, {0.5, 0.5}, {1, 2.0 / 3}, {1, 0.5}}));
  EXPECT_NEAR(average_precision(curve), 0.5 + 0.5 * 2 / 3, 1e-12);
  EXPECT_TRUE(precision_recall_curve({0.1}, {false}).empty());
}

TEST(MeanCurve, IsTheMeanAtEachPlace) {
  const auto mean = mean_curve({{{0, 0}, {1, 1}}, {{0, 0}, {0, 1}, {1, 1}}});
  ASSERT_EQ(mean.size(), 101U);
  EXPECT_NEAR(mean[0].y, 0.5, 1e-12);  // the second curve rises at once
  EXPECT_NEAR(mean[50].y, 0.75, 1e-12);
  EXPECT_NEAR(mean[100].y, 1, 1e-12);
}

TEST(ReliabilityBins, CountWhatIsRight) {
  const auto bins = reliability_bins({0.95, 0.97, 1.0, 0.5}, {true, false, true, true});
  ASSERT_EQ(bins.size(), 15U);
  EXPECT_EQ(bins[14].count, 3);
  EXPECT_NEAR(bins[14].accuracy, 2.0 / 3, 1e-12);
  EXPECT_NEAR(bins[14].confidence, 2.92 / 3, 1e-12);
  EXPECT_EQ(bins[7].count, 1);  // 7/15 to 8/15
  EXPECT_NEAR(calibration_error(bins), (2.92 - 2 + 0.5) / 4, 1e-12);
}

TEST(AccuracyOfAnswered, FallsWhereMistakesAre) {
  const auto curve = accuracy_of_answered({0.6, 0.9, 0.8, 0.9}, {false, true, true, true});
  ASSERT_EQ(curve.size(), 3U);  // the two of 0.9 are one step
  EXPECT_EQ(curve[0].share, 0.5);
  EXPECT_EQ(curve[0].accuracy, 1);
  EXPECT_EQ(curve[0].threshold, 0.9);
  EXPECT_EQ(curve[2].share, 1);
  EXPECT_EQ(curve[2].accuracy, 0.75);
  EXPECT_LT(curve[2].low, 0.75);
}

TEST(WithoutTemperature, GivesBackWhatWasThereBefore) {
  std::vector<double> raw = {2, -1, 0.5, 0, 0, 3}, divided = raw;
  for (double* row : {raw.data(), raw.data() + 3}) softmax(row, 3, 1);
  for (double* row : {divided.data(), divided.data() + 3}) softmax(row, 3, 2.5);
  const auto back = without_temperature(divided, 3, 2.5);
  for (size_t i = 0; i < raw.size(); ++i) EXPECT_NEAR(back[i], raw[i], 1e-12);
  EXPECT_NEAR(without_temperature({1, 0}, 2, 2)[0], 1, 1e-12);  // a probability of zero is no accident
}

}  // namespace
}  // namespace pawprint
