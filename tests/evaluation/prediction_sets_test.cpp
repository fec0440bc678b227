#include "app/evaluation/prediction_sets.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace pawprint {
namespace {

TEST(ConformalScores, AreZeroForTheMostProbableClassAndWhatIsMissingForOthers) {
  const auto scores = conformal_scores({0.7, 0.2, 0.1, 0.5, 0.3, 0.2, 0.6, 0.3, 0.1}, {0, 1, 2}, 3);
  EXPECT_EQ(scores.photos, 3);
  const std::vector<std::pair<int64_t, double>> expected = {{1, 0}, {2, 0.7}, {3, 0.9}};
  EXPECT_EQ(scores.ranks, expected);
}

TEST(ConformalThreshold, IsTheScoreOfTheRank) {
  const ConformalScores scores{9, {{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0.2}, {8, 0.5}, {9, 0.8}}};
  EXPECT_EQ(conformal_threshold(scores, 0.7), 0.2);  // rank 7 of 10
  EXPECT_EQ(conformal_threshold(scores, 0.71), 0.5);
  EXPECT_EQ(conformal_threshold(scores, 0.9), 0.8);
  EXPECT_EQ(conformal_threshold(scores, 0.95), 1);  // nine photos do not prove so much
}

TEST(ConformalScores, OfManyPhotosAreAThousandRanks) {
  std::vector<double> p;
  for (int i = 0; i < 2500; ++i) p.insert(p.end(), {0.4 - i * 1e-4, 0.6 + i * 1e-4});
  const auto scores = conformal_scores(p, std::vector<int64_t>(2500, 0), 2);
  EXPECT_LE(scores.ranks.size(), 1000u);
  EXPECT_EQ(scores.ranks.back().first, 2500);
  EXPECT_NEAR(conformal_threshold(scores, 0.9), 0.6 + 0.2250, 5e-4);
}

TEST(PredictionSet, HoldsTheMostProbableClassAndThoseUpToTheThreshold) {
  const double p[] = {0.1, 0.25, 0.6, 0.05};
  EXPECT_EQ(prediction_set(p, 4, 0), (std::vector<int64_t>{2}));
  EXPECT_EQ(prediction_set(p, 4, 0.75), (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(prediction_set(p, 4, 0.9), (std::vector<int64_t>{2, 1, 0}));
  EXPECT_EQ(prediction_set(p, 4, 1), (std::vector<int64_t>{2, 1, 0, 3}));
}

// A classifier of five classes that is right on about 60 % of the photos, and too sure.
std::pair<std::vector<double>, std::vector<int64_t>> made_photos(int count, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::pair<std::vector<double>, std::vector<int64_t>> out;
  for (int i = 0; i < count; ++i) {
    const auto label = static_cast<int64_t>(random() % 5);
    double row[5], sum = 0;
    for (int c = 0; c < 5; ++c) sum += row[c] = std::exp(2 * (normal(random) + (c == label ? 1.4 : 0)));
    for (const double value : row) out.first.push_back(value / sum);
    out.second.push_back(label);
  }
  return out;
}

TEST(PredictionSets, HoldTheTrueClassAsOftenAsPromisedOverAThousandSplits) {
  std::mt19937_64 random(7);
  for (const auto& [photos, coverage] : {std::pair(50, 0.8), {50, 0.9}, {400, 0.9}, {400, 0.98}}) {
    double sum = 0, squares = 0;
    for (int split = 0; split < 1000; ++split) {
      const auto [known, labels] = made_photos(photos, random);
      const double threshold = conformal_threshold(conformal_scores(known, labels, 5), coverage);
      const auto [fresh, truth] = made_photos(200, random);
      double covered = 0;
      for (size_t i = 0; i < truth.size(); ++i) {
        const auto set = prediction_set(fresh.data() + i * 5, 5, threshold);
        ASSERT_FALSE(set.empty());
        covered += std::find(set.begin(), set.end(), truth[i]) != set.end() ? 1. / 200 : 0;
      }
      sum += covered / 1000;
      squares += covered * covered / 1000;
    }
    const double error = std::sqrt((squares - sum * sum) / 1000);
    EXPECT_GE(sum, coverage - 3 * error) << photos;
    EXPECT_LE(sum, coverage + 1. / (photos + 1) + 3 * error) << photos;
  }
}

}  // namespace
}  // namespace pawprint
