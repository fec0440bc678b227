#include "app/evaluation/selective_prediction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace pawprint {
namespace {

TEST(SelectiveCurve, CountsAnswersAndMistakesFromTheSurestOn) {
  // The highest probabilities are 0.6 (wrong), 0.7, 0.8 (wrong), 0.9, 0.95, 0.95.
  const auto curve =
      selective_curve({0.6, 0.4, 0.7, 0.3, 0.2, 0.8, 0.1, 0.9, 0.95, 0.05, 0.05, 0.95}, {1, 0, 0, 1, 0, 1}, 2);
  EXPECT_EQ(curve.photos, 6);
  const std::vector<SelectivePoint> expected = {{0.95, 2, 0}, {0.9, 3, 0}, {0.8, 4, 1}, {0.7, 5, 1}, {0.6, 6, 2}};
  ASSERT_EQ(curve.points.size(), expected.size());  // equal confidences are answered together
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(curve.points[i].confidence, expected[i].confidence);
    EXPECT_EQ(curve.points[i].answered, expected[i].answered);
    EXPECT_EQ(curve.points[i].wrong, expected[i].wrong);
  }
}

TEST(SelectiveCurve, HasAThousandPointsAtMost) {
  std::vector<double> p;
  for (int i = 0; i < 4500; ++i) p.insert(p.end(), {0.5 + i * 1e-4, 0.5 - i * 1e-4});
  const auto curve = selective_curve(p, std::vector<int64_t>(4500, 0), 2);
  EXPECT_LE(curve.points.size(), 1000u);
  EXPECT_EQ(curve.points.back().answered, 4500);
}

TEST(BinomialTail, IsTheSumOfItsTerms) {
  EXPECT_NEAR(binomial_tail(0, 299, 0.01), std::pow(0.99, 299), 1e-12);
  EXPECT_NEAR(binomial_tail(1, 3, 0.25), 27. / 64 + 3 * 9. / 64, 1e-12);
  EXPECT_NEAR(binomial_tail(5, 5, 0.25), 1, 1e-12);
}

SelectiveCurve all_right(int64_t photos) {
  std::vector<double> p;
  for (int64_t i = 0; i < photos; ++i) {
    const double confidence = 0.5 + 0.5 * static_cast<double>(i) / static_cast<double>(photos);
    p.insert(p.end(), {confidence, 1 - confidence});
  }
  return selective_curve(p, std::vector<int64_t>(photos, 0), 2);
}

// 0.99^299 = 0.0495 is the first power below 0.05.
TEST(ProvenPoint, TakesAsManyPhotosAsTheBinomialBoundAsks) {
  EXPECT_FALSE(proven_point(all_right(298), 0.99));
  ASSERT_TRUE(proven_point(all_right(299), 0.99));
  EXPECT_EQ(proven_point(all_right(299), 0.99)->answered, 299);
  EXPECT_GE(*photos_missing(all_right(100), 0.99), 199);
  EXPECT_LE(*photos_missing(all_right(100), 0.99), 215);
  EXPECT_FALSE(photos_missing(selective_curve({0.9, 0.1, 0.8, 0.2}, {1, 1}, 2), 0.99));  // always wrong
}

// Photos of which one is right with a probability that grows with its confidence.
struct Population {
  std::vector<std::pair<double, bool>> photos;  // confidence falls
  std::vector<int64_t> right;                   // among the first k

  explicit Population(uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    for (int i = 0; i < 20'000; ++i) {
      const double confidence = 0.5 + 0.5 * std::sqrt(uniform(random));
      photos.emplace_back(confidence, uniform(random) < 0.7 + 0.3 * std::pow(2 * confidence - 1, 0.7));
    }
    std::sort(photos.begin(), photos.end(), std::greater<>());
    right.push_back(0);
    for (const auto& photo : photos) right.push_back(right.back() + photo.second);
  }
  double accuracy_from(double confidence) const {
    const auto answered =
        std::count_if(photos.begin(), photos.end(), [&](const auto& p) { return p.first >= confidence; });
    return static_cast<double>(right[answered]) / static_cast<double>(answered);
  }
};

TEST(ProvenPoint, IsMissedByAtMostFivePercentOfAThousandSplits) {
  const Population population(3);
  std::mt19937_64 random(4);
  for (const auto& [validation, accuracy] : {std::pair(200, 0.9), {200, 0.95}, {2000, 0.95}, {2000, 0.98}}) {
    int missed = 0, answered = 0;
    for (int split = 0; split < 1000; ++split) {
      std::vector<double> p;
      std::vector<int64_t> labels;
      for (int i = 0; i < validation; ++i) {
        const auto& [confidence, right] = population.photos[random() % population.photos.size()];
        p.insert(p.end(), {confidence, 1 - confidence});
        labels.push_back(right ? 0 : 1);
      }
      const auto point = proven_point(selective_curve(p, labels, 2), accuracy);
      if (!point) continue;
      ++answered;
      missed += population.accuracy_from(point->confidence) < accuracy;
    }
    EXPECT_LE(missed, 50 + 2 * std::sqrt(1000 * 0.05 * 0.95)) << validation << ' ' << accuracy;
    if (validation == 2000 && accuracy < 0.97) {  // silence would keep any promise
      EXPECT_GT(answered, 900) << accuracy;
    }
  }
}

}  // namespace
}  // namespace pawprint
