#include "app/evaluation/label_issues.h"

#include <gtest/gtest.h>

using namespace pawprint;

TEST(LabelIssues, MostSuspiciousFirst) {
  // Mean of the first class on its photos: (0.9 + 0.8 + 0.1) / 3 = 0.6, of the second: (0.7 + 0.95 + 0.3) / 3 = 0.65
  const std::vector<double> p = {0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.05, 0.95, 0.7, 0.3};
  const auto issues = find_label_issues(p, {0, 0, 0, 1, 1, 1}, 2);
  ASSERT_EQ(issues.size(), 2u);
  EXPECT_EQ(issues[0].row, 2);
  EXPECT_EQ(issues[0].suggested, 1);
  EXPECT_NEAR(issues[0].score, 0.8, 1e-12);
  EXPECT_EQ(issues[1].row, 5);
  EXPECT_EQ(issues[1].suggested, 0);
  EXPECT_NEAR(issues[1].score, 0.4, 1e-12);
}

TEST(LabelIssues, AClassThatIsRarelyBelievedNeedsLess) {
  // Photos of the third class are given 0.4 of it on average: 0.42 is then more than usual, although 0.5 is more
  // probable; 0.5 of the first is less than usual there.
  const std::vector<double> p = {0.9, 0.05, 0.05, 0.5, 0.08, 0.42, 0.3, 0.3, 0.4};
  const auto issues = find_label_issues(p, {0, 0, 2}, 3);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].row, 1);
  EXPECT_EQ(issues[0].suggested, 2);
  EXPECT_NEAR(issues[0].score, -0.08, 1e-12);
}

TEST(LabelIssues, AClassWithoutPhotosIsNeverBelievedByItsMean) {
  EXPECT_TRUE(find_label_issues({0.6, 0.3, 0.1, 0.2, 0.7, 0.1}, {0, 1}, 3).empty());
}
