#include "app/evaluation/abstention.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

// Five photos of two classes; the highest probabilities are 0.6 (wrong), 0.7, 0.8 (wrong), 0.9, 0.95.
std::vector<AbstentionPoint> points() {
  return abstention_points({0.6, 0.4, 0.7, 0.3, 0.2, 0.8, 0.1, 0.9, 0.95, 0.05}, {1, 0, 0, 1, 0}, 2);
}

TEST(Abstention, PointsGetMoreAccurateAsFewerAreAnswered) {
  const auto p = points();
  ASSERT_EQ(p.size(), 3u);
  EXPECT_DOUBLE_EQ(p[0].accuracy, 0.6);
  EXPECT_DOUBLE_EQ(p[0].answered, 1);
  EXPECT_DOUBLE_EQ(p[1].confidence, 0.7);  // without the first: 3 of 4
  EXPECT_DOUBLE_EQ(p[1].accuracy, 0.75);
  EXPECT_DOUBLE_EQ(p[2].confidence, 0.9);  // not 0.8: 2 of 3 is worse than 3 of 4
  EXPECT_DOUBLE_EQ(p[2].accuracy, 1);
  EXPECT_DOUBLE_EQ(p[2].answered, 0.4);
}

TEST(Abstention, AnswersAsManyAsTheAccuracyAllows) {
  EXPECT_DOUBLE_EQ(point_for_accuracy(points(), 0.5)->confidence, 0);
  EXPECT_DOUBLE_EQ(point_for_accuracy(points(), 0.7)->confidence, 0.7);
  EXPECT_DOUBLE_EQ(point_for_accuracy(points(), 0.76)->confidence, 0.9);
  EXPECT_FALSE(point_for_accuracy(abstention_points({0.6, 0.4, 0.4, 0.6}, {1, 1}, 2), 1.1));
}

TEST(Abstention, EqualConfidencesAreAnsweredTogether) {
  const auto p = abstention_points({0.8, 0.2, 0.8, 0.2, 0.9, 0.1}, {0, 1, 0}, 2);
  ASSERT_EQ(p.size(), 2u);
  EXPECT_DOUBLE_EQ(p[1].confidence, 0.9);
}

}  // namespace
}  // namespace pawprint
