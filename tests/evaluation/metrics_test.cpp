#include "app/evaluation/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawprint {
namespace {

using Values = std::vector<double>;
using Labels = std::vector<int64_t>;

// Two classes, the probability of the second given.
Evaluation of_second(const Values& p, const Labels& labels, uint64_t seed = 1) {
  Values both;
  for (const double value : p) both.insert(both.end(), {1 - value, value});
  return evaluate_predictions(both, labels, 2, seed);
}

TEST(Argmax, IsTheFirstOfEquals) {
  const Values values = {0.2, 0.4, 0.4};
  EXPECT_EQ(argmax(values.data(), 3), 1);
  EXPECT_EQ(argmax(values.data(), 1), 0);
}

TEST(RocAuc, IsTheShareOfPairsInOrder) {
  EXPECT_DOUBLE_EQ(*roc_auc({0.1, 0.4, 0.35, 0.8}, {false, false, true, true}), 0.75);  // 3 of 4 pairs
  EXPECT_DOUBLE_EQ(*roc_auc({0.1, 0.9}, {false, true}), 1);
  EXPECT_DOUBLE_EQ(*roc_auc({0.9, 0.1}, {false, true}), 0);
}

TEST(RocAuc, TiesCountHalf) {
  EXPECT_DOUBLE_EQ(*roc_auc({0.5, 0.5, 0.5}, {false, true, true}), 0.5);
  EXPECT_DOUBLE_EQ(*roc_auc({0.2, 0.5, 0.5, 0.7}, {false, false, true, true}), 0.875);  // 3.5 of 4 pairs
}

TEST(RocAuc, NeedsBothSides) {
  EXPECT_FALSE(roc_auc({0.1, 0.2}, {true, true}));
  EXPECT_FALSE(roc_auc({0.1, 0.2}, {false, false}));
  EXPECT_FALSE(roc_auc({}, {}));
}

TEST(Evaluation, CountsAndConfusion) {
  const auto e = of_second({0.1, 0.6, 0.8, 0.3, 0.9}, {0, 0, 1, 1, 1});
  EXPECT_EQ(e.count, 5);
  EXPECT_EQ(e.correct, 3);
  EXPECT_DOUBLE_EQ(e.accuracy, 0.6);
  EXPECT_EQ(e.confusion, (std::vector<Labels>{{1, 1}, {1, 2}}));
  EXPECT_DOUBLE_EQ(e.macro_recall, (1. / 2 + 2. / 3) / 2);
}

TEST(Evaluation, FiguresOfEachClass) {
  // Said: 0 0 1 1 1 0; is: 0 1 1 1 1 1. No photo of the third class, none said to be.
  const auto e = evaluate_predictions({.8, .1, .1, .8, .1, .1, .1, .8, .1, .1, .8, .1, .1, .8, .1, .8, .1, .1},
                                      {0, 1, 1, 1, 1, 1}, 3, 1);
  EXPECT_EQ(e.per_class[1].support, 5);
  EXPECT_EQ(e.per_class[1].predicted, 3);
  EXPECT_DOUBLE_EQ(*e.per_class[0].precision, 1. / 3);
  EXPECT_DOUBLE_EQ(*e.per_class[0].recall, 1);
  EXPECT_DOUBLE_EQ(e.per_class[0].f1, 0.5);
  EXPECT_DOUBLE_EQ(*e.per_class[1].precision, 1);
  EXPECT_DOUBLE_EQ(*e.per_class[1].recall, 0.6);
  EXPECT_DOUBLE_EQ(e.per_class[1].f1, 0.75);
  EXPECT_FALSE(e.per_class[2].precision);
  EXPECT_FALSE(e.per_class[2].recall);
  EXPECT_DOUBLE_EQ(e.macro_precision, 2. / 3);
  EXPECT_DOUBLE_EQ(e.macro_recall, 0.8);
  EXPECT_DOUBLE_EQ(e.macro_f1, 0.625);
  EXPECT_DOUBLE_EQ(e.majority_baseline, 5. / 6);
}

TEST(Evaluation, AnEvenChanceIsTheFirstClass) { EXPECT_EQ(of_second({0.5}, {0}).correct, 1); }

TEST(Evaluation, TheIntervalIsWilsons) {
  // z^2 = 3.841459: (0.9 + 0.1920729) / 1.3841459 -+ 1.959964 / 1.3841459 * sqrt(0.009 + 0.0096036)
  const auto e = of_second({0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.1}, Labels(10, 1));
  EXPECT_NEAR(e.accuracy_low, 0.59585, 1e-5);
  EXPECT_NEAR(e.accuracy_high, 0.98212, 1e-5);
}

TEST(Evaluation, TheIntervalStaysWithin0And1) {
  const auto right = of_second({1, 1, 1}, {1, 1, 1}), wrong = of_second({1, 1, 1}, {0, 0, 0});
  EXPECT_NEAR(right.accuracy_low, 3 / (3 + 3.841459), 1e-6);  // n / (n + z^2)
  EXPECT_NEAR(right.accuracy_high, 1, 1e-12);
  EXPECT_LE(right.accuracy_high, 1);
  EXPECT_NEAR(wrong.accuracy_low, 0, 1e-12);
  EXPECT_GE(wrong.accuracy_low, 0);
}

TEST(Evaluation, BalancedAccuracyIsOfTheClassesThatOccur) {
  const auto e = evaluate_predictions({0.8, 0.1, 0.1, 0.2, 0.7, 0.1}, {0, 0}, 3, 1);
  EXPECT_DOUBLE_EQ(e.macro_recall, 0.5);
}

TEST(Evaluation, LogLossIsTheMeanAndFinite) {
  EXPECT_NEAR(of_second({0.5, 0.25}, {1, 0}).log_loss, (std::log(2.) + std::log(4. / 3)) / 2, 1e-12);
  EXPECT_NEAR(of_second({0}, {1}).log_loss, 15 * std::log(10.), 1e-9);
}

TEST(Evaluation, BrierOfTwoClassesIsTheUsualOne) {
  EXPECT_NEAR(of_second({0.8, 0.3}, {1, 0}).brier, (0.04 + 0.09) / 2, 1e-12);
  EXPECT_NEAR(evaluate_predictions({0.5, 0.3, 0.2}, {0}, 3, 1).brier, (0.25 + 0.09 + 0.04) / 2, 1e-12);
}

TEST(Evaluation, CalibrationErrorIsTheWeightedGapOfTheBins) {
  // 0.9 lies in bin 13, 0.6 in bin 9: |0.9 * 4 - 3| / 6 + |0.6 * 2 - 2| / 6
  const auto e = of_second({0.9, 0.9, 0.9, 0.9, 0.6, 0.6}, {1, 1, 1, 0, 1, 1});
  EXPECT_NEAR(e.ece, (0.6 + 0.8) / 6, 1e-12);
}

TEST(Evaluation, CalibrationGapsOfOneBinCancel) {
  EXPECT_NEAR(of_second({0.75, 0.75, 0.75, 0.75}, {1, 1, 1, 0}).ece, 0, 1e-12);  // says 3/4, right 3 of 4
  EXPECT_NEAR(of_second({1, 1}, {1, 1}).ece, 0, 1e-12);                          // 1 belongs to the last bin
}

TEST(Evaluation, RocAucOfTwoClassesIsOfTheSecond) {
  EXPECT_DOUBLE_EQ(*of_second({0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1}).roc_auc, 0.75);
  EXPECT_FALSE(of_second({0.1, 0.4}, {0, 0}).roc_auc);
}

TEST(Evaluation, RocAucOfMoreClassesIsTheMeanOfThoseThatOccur) {
  // 0 against the rest: 0.6 above 0.5 and 0.1: 1. 1 against the rest: 0.3 and 0.8 above 0.3, one tie: 3/4. No 2.
  const auto e = evaluate_predictions({0.6, 0.3, 0.1, 0.5, 0.3, 0.2, 0.1, 0.8, 0.1}, {0, 1, 1}, 3, 1);
  EXPECT_DOUBLE_EQ(*e.roc_auc, (1 + 0.75) / 2);
}

TEST(Challenge12, NeedsTwelvePhotos) {
  EXPECT_FALSE(of_second(Values(11, 0.9), Labels(11, 1)).challenge_12);
  EXPECT_TRUE(of_second(Values(12, 0.9), Labels(12, 1)).challenge_12);
}

TEST(Challenge12, AllRightSolvesEveryChallenge) {
  EXPECT_EQ(of_second(Values(20, 0.9), Labels(20, 1)).challenge_12, 1.0);
}

TEST(Challenge12, DrawsTwelveDifferentPhotos) {
  Labels labels(12, 1);
  labels[5] = 0;  // every challenge of 12 holds it
  EXPECT_EQ(of_second(Values(12, 0.9), labels).challenge_12, 0.0);
  labels.resize(24, 1);
  EXPECT_NEAR(*of_second(Values(24, 0.9), labels).challenge_12, 0.5, 0.01);  // half of them do
}

TEST(Challenge12, FollowsTheSeed) {
  Labels labels(24, 1);
  labels[0] = 0;
  const auto share = [&](uint64_t seed) { return *of_second(Values(24, 0.9), labels, seed).challenge_12; };
  EXPECT_EQ(share(1), share(1));
  EXPECT_NE(share(1), share(2));
}

}  // namespace
}  // namespace pawprint
