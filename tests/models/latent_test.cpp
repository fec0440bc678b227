#include "models/latent.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "models/base/error.h"

namespace pawprint {
namespace {

at::Tensor code(std::vector<float> values) { return at::tensor(values); }

at::Tensor table(std::initializer_list<std::vector<float>> rows) {
  std::vector<at::Tensor> codes;
  for (const auto& row : rows) codes.push_back(at::tensor(row));
  return at::stack(codes);
}

at::Tensor attribute(std::vector<int64_t> values) { return at::tensor(values).to(at::kBool); }

// Two sides of 200 codes each in 2-D, 2 apart along x; along y ten times as wide.
struct TwoClouds {
  at::Tensor has = at::arange(400, at::kLong) % 2 == 1;
  at::Tensor codes = draw(has);

  static at::Tensor draw(const at::Tensor& has) {
    const auto noise = sample_codes({at::zeros({2}), at::eye(2)}, has.size(0), 7) * code({1, 10});
    return noise + at::outer(has.to(at::kFloat), code({2, 0}));
  }
};

void expect_close(const at::Tensor& a, const at::Tensor& b, double tolerance = 1e-5) {
  EXPECT_TRUE(at::allclose(a, b, 0, tolerance)) << a << "\n" << b;
}

template <class F>
std::string message(F&& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no Error";
}

TEST(AttributeDirection, IsDifferenceOfMeans) {
  const auto codes = table({{0, 0}, {2, 0}, {5, 4}});
  EXPECT_TRUE(at::equal(attribute_direction(codes, attribute({0, 0, 1})), code({4, 4})));  // (5,4) - (1,0)
}

TEST(AttributeDirection, TakesIntegersZeroAndOne) {
  const auto codes = table({{0, 0}, {2, 0}, {5, 4}});
  EXPECT_TRUE(at::equal(attribute_direction(codes, at::tensor({0, 0, 1})), code({4, 4})));
  EXPECT_EQ(message([&] {
              attribute_direction(codes, at::tensor({-1, -1, 1}));
            }),  // as CelebA writes it
            "attribute: expected 0 or 1, got other numbers");
}

TEST(AttributeDirection, NeedsOneValueForEachCode) {
  const auto codes = table({{0, 0}, {2, 0}, {5, 4}});
  EXPECT_EQ(message([&] {
              attribute_direction(codes, attribute({0, 1}));
            }),
            "attribute: expected one value for each of 3 codes, got [2]");
  EXPECT_EQ(message([&] {
              attribute_direction(codes[0], attribute({0, 1}));
            }),
            "codes: expected the shape [N,Z], got [2]");
}

TEST(AttributeDirection, NeedsBothSides) {
  const auto codes = table({{0, 0}, {2, 0}});
  EXPECT_EQ(message([&] {
              attribute_direction(codes, attribute({0, 0}));
            }),
            "attribute: expected codes with it and codes without, got 0 with of 2");
  EXPECT_THROW(attribute_direction(codes, attribute({1, 1})), Error);
}

// Smiling moves x by 1, female moves y by 10; three of four smiling are female, one of four others.
const at::Tensor kFaces = table({{1, 10}, {1, 10}, {1, 10}, {1, 0}, {0, 10}, {0, 0}, {0, 0}, {0, 0}});
const at::Tensor kSmiling = attribute({1, 1, 1, 1, 0, 0, 0, 0});
const at::Tensor kFemale = attribute({1, 1, 1, 0, 1, 0, 0, 0}).unsqueeze(1);

at::Tensor balanced_direction(const at::Tensor& codes, const at::Tensor& has, const at::Tensor& others) {
  return attribute_direction(codes, has, balancing_weights(has, others));
}

TEST(BalancedDirection, LeavesOutWhatGoesTogetherWithTheAttribute) {
  expect_close(attribute_direction(kFaces, kSmiling), code({1, 5}));  // 7.5 - 2.5 along female
  expect_close(balanced_direction(kFaces, kSmiling, kFemale), code({1, 0}));
}

TEST(BalancedDirection, CellsCountByHowWellTheyAreKnownAndThoseOfOneSideNot) {
  const auto codes = table({{0}, {0}, {0}, {4}, {10}, {20}, {1000}});
  const auto has = attribute({0, 0, 0, 1, 0, 1, 1});
  const auto others = at::tensor({0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1}).view({7, 2});
  expect_close(balanced_direction(codes, has, others), code({6.4f}));  // (3/4 * 4 + 1/2 * 10) / (5/4); 1000 is alone
}

TEST(BalancedDirection, WithoutOthersIsThePlainOne) {
  expect_close(balanced_direction(kFaces, kSmiling, at::empty({8, 0}, at::kBool)), code({1, 5}));
}

TEST(BalancedDirection, NeedsACellWithBothSidesAndFittingShapes) {
  EXPECT_NE(message([&] { balanced_direction(kFaces, kSmiling, kSmiling.unsqueeze(1)); }).find("got none"),
            std::string::npos);
  EXPECT_EQ(message([&] { balanced_direction(kFaces, kSmiling, kFemale.narrow(0, 0, 7)); }),
            "other attributes: expected the shape [8,K] with K <= 30, got [7,1]");
  EXPECT_THROW(balanced_direction(kFaces, kSmiling, at::zeros({8, 31}, at::kBool)), Error);
  EXPECT_THROW(balanced_direction(kFaces, kSmiling, at::full({8, 1}, 2)), Error);
}

TEST(OrthogonalTo, TakesOffThePartAlongTheGiven) {
  expect_close(orthogonal_to(code({3, 4, 5}), table({{0, 2, 0}})), code({3, 0, 5}));
  expect_close(orthogonal_to(code({3, 1, 0}), table({{1, 1, 0}})), code({1, -1, 0}));  // less 2 (1,1,0)
}

TEST(OrthogonalTo, GivenDirectionsMayDependOnEachOther) {
  const auto given = table({{1, 1, 0}, {1, 0, 0}, {2, 1, 0}, {0, 0, 0}, {0.1f, 0.3f, 0}});
  expect_close(orthogonal_to(code({3, 4, 5}), given), code({0, 0, 5}));
}

TEST(OrthogonalTo, ThrowsWhereNothingRemains) {
  const auto given = table({{0.1f, 0.7f, 0.3f}, {0.2f, 0.1f, 0.9f}});
  EXPECT_THROW(orthogonal_to(given[0] * 3 - given[1] * 0.7, given), Error);
  EXPECT_THROW(orthogonal_to(code({0, 0, 0}), given), Error);
  EXPECT_EQ(message([&] {
              orthogonal_to(code({1, 0}), given);
            }),
            "given directions: expected the shape [K,2], got [2,3]");
}

TEST(LogisticSeparator, FindsTheMinimum) {
  // Codes -1 and 1, four of each, one of four on the wrong side: standardized already. With p = sigma(w) the gradient
  // is p - 3/4 + l2 w; for l2 = (3/4 - sigma(1/2)) / (1/2) it is 0 at w = 1/2.
  const auto codes = table({{1}, {1}, {1}, {-1}, {-1}, {-1}, {-1}, {1}});
  const double l2 = (0.75 - 1 / (1 + std::exp(-0.5))) / 0.5;
  const auto separator = logistic_separator(codes, attribute({1, 1, 1, 1, 0, 0, 0, 0}), l2);
  EXPECT_NEAR(separator.normal[0].item<float>(), 0.5, 1e-6);
  EXPECT_NEAR(separator.bias, 0, 1e-6);
  EXPECT_NEAR(separator.direction[0].item<float>(), 1, 1e-6);  // in 1-D the difference of means: 1/2 - -1/2
}

TEST(LogisticSeparator, DirectionRaisesTheScoreAsMuchAsTheMeansDiffer) {
  const TwoClouds clouds;
  const auto separator = logistic_separator(clouds.codes, clouds.has, 0.01);
  const auto means = attribute_direction(clouds.codes, clouds.has);
  EXPECT_NEAR(separator.normal.dot(separator.direction).item<float>(), separator.normal.dot(means).item<float>(), 1e-4);
  // The direction is along the standardized weights: the normal times the standard deviations.
  const auto ratio = separator.direction / (separator.normal * clouds.codes.std(0, false));
  EXPECT_NEAR(ratio[0].item<float>(), ratio[1].item<float>(), 1e-4);
}

TEST(LogisticSeparator, ScoreDoesNotDependOnTheScaleOfTheCodes) {
  const TwoClouds clouds;
  const auto scale = code({100, 0.01f}), shift = code({-3, 5});
  const auto plain = logistic_separator(clouds.codes, clouds.has, 0.01);
  const auto scaled = logistic_separator(clouds.codes * scale + shift, clouds.has, 0.01);
  expect_close(scaled.normal * scale, plain.normal, 1e-4);
  const auto score = clouds.codes.mv(plain.normal) + plain.bias;
  expect_close((clouds.codes * scale + shift).mv(scaled.normal) + scaled.bias, score, 1e-3);
  expect_close(logistic_separator(clouds.codes * 100, clouds.has, 0.01).direction / 100, plain.direction, 1e-4);
}

TEST(LogisticSeparator, WeightsLeaveOutWhatGoesTogetherWithTheAttribute) {
  const auto plain = logistic_separator(kFaces, kSmiling, 0.01).direction;
  const auto balanced = logistic_separator(kFaces, kSmiling, 0.01, balancing_weights(kSmiling, kFemale)).direction;
  EXPECT_GT(plain[1].item<float>(), 0.1);
  EXPECT_NEAR(balanced[1].item<float>(), 0, 1e-4);
  EXPECT_GT(balanced[0].item<float>(), 0.5);
  EXPECT_THROW(logistic_separator(kFaces, kSmiling, 0.01, at::ones({7}, at::kDouble)), Error);
  EXPECT_THROW(attribute_direction(kFaces, kSmiling, kSmiling.to(at::kDouble)), Error);  // no other face counts
}

TEST(LogisticSeparator, ANumberThatNeverChangesIsLeftAlone) {
  const TwoClouds clouds;
  const auto codes = at::cat({clouds.codes, at::full({400, 1}, 0.1f)}, 1);
  const auto separator = logistic_separator(codes, clouds.has, 0.01);
  EXPECT_NEAR(separator.direction[2].item<float>(), 0, 1e-6);
  EXPECT_NEAR(separator.normal[2].item<float>(), 0, 1e-6);
}

TEST(LogisticSeparator, SidesFarApartStillGiveFiniteNumbers) {
  const auto codes = table({{0, 0}, {0, 1}, {1e4f, 0}, {1e4f, 1}});
  const auto separator = logistic_separator(codes, attribute({0, 0, 1, 1}), 1e-6);
  expect_close(separator.direction, code({1e4f, 0}), 1e-2);
}

TEST(LogisticSeparator, RejectsAnL2OfZeroEqualMeansAndOneSide) {
  const auto codes = table({{1, 0}, {-1, 0}, {1, 0}, {-1, 0}});
  EXPECT_THROW(logistic_separator(codes, attribute({0, 1, 1, 0}), 0), Error);
  EXPECT_EQ(message([&] {
              logistic_separator(codes, attribute({0, 0, 1, 1}), 0.01);
            }),
            "codes: expected sides with different means, got equal ones");
  EXPECT_THROW(logistic_separator(codes, attribute({1, 1, 1, 1}), 0.01), Error);
}

TEST(RandomDirection, IsAsLongAsTheOtherAndTheSameForASeed) {
  const auto like = code({3, 0, 4});
  EXPECT_NEAR(random_direction(like, 1).norm().item<float>(), 5, 1e-5);
  EXPECT_TRUE(at::equal(random_direction(like, 1), random_direction(like, 1)));
  EXPECT_FALSE(at::allclose(random_direction(like, 1), random_direction(like, 2)));
}

TEST(Move, AddsTheDirectionToEveryCode) {
  expect_close(move(table({{1, 2}, {3, 4}}), code({10, -1}), 0.5), table({{6, 1.5f}, {8, 3.5f}}));
}

TEST(Analogy, IsWhatBIsToA) { expect_close(analogy(code({1, 1}), code({2, 5}), code({10, 20})), code({11, 24})); }

TEST(Lerp, GoesStraight) {
  expect_close(lerp(code({0, 4}), code({8, 0}), 0.25), code({2, 3}));
  expect_close(lerp(code({0, 4}), code({8, 0}), 1), code({8, 0}));
}

TEST(Slerp, GoesAlongTheArc) {
  const float half = std::sqrt(0.5f);
  expect_close(slerp(code({1, 0}), code({0, 1}), 0.5), code({half, half}));
  expect_close(slerp(code({2, 0}), code({0, 2}), 1. / 3), code({std::sqrt(3.f), 1}));  // 30 of 90 degrees
  expect_close(slerp(code({2, 0}), code({0, 3}), 0), code({2, 0}));
  expect_close(slerp(code({2, 0}), code({0, 3}), 1), code({0, 3}));
}

TEST(Slerp, IsLerpForParallelOppositeAndZeroCodes) {
  expect_close(slerp(code({1, 2}), code({2, 4}), 0.5), code({1.5f, 3}));
  expect_close(slerp(code({1, 2}), code({-1, -2}), 0.25), code({0.5f, 1}));
  expect_close(slerp(code({0, 0}), code({2, 4}), 0.5), code({1, 2}));
}

TEST(Slerp, TakesRowsEachByItself) {
  const auto a = table({{2, 0}, {1, 2}}), b = table({{0, 2}, {2, 4}});
  expect_close(slerp(a, b, 1. / 3), table({{std::sqrt(3.f), 1}, {4.f / 3, 8.f / 3}}));
  expect_close(slerp(a, code({0, 2}), 1. / 3)[0], code({std::sqrt(3.f), 1}));
}

TEST(JDiagram, HasTheCodesInTheCornersAndTheAnalogyInTheFourth) {
  const auto grid = j_diagram(code({0, 0}), code({4, 0}), code({0, 2}), 3, 5);
  ASSERT_EQ(grid.sizes(), (std::vector<int64_t>{3, 5, 2}));
  for (int64_t row = 0; row < 3; ++row) {
    for (int64_t column = 0; column < 5; ++column) {
      expect_close(grid[row][column], code({static_cast<float>(column), static_cast<float>(row)}));
    }
  }
}

TEST(JDiagram, MayGoAlongArcs) {
  const auto a = code({1, 0, 0}), b = code({0, 1, 0}), c = code({0, 0, 1});
  const auto grid = j_diagram(a, b, c, 2, 3, slerp);
  expect_close(grid[0][1], slerp(a, b, 0.5));
  expect_close(grid[1][1], slerp(c, code({-1, 1, 1}), 0.5));
  EXPECT_THROW(j_diagram(a, b, c, 1, 3), Error);
}

TEST(Projection, CountsHowManyDirectionsLieInTheCode) {
  const auto codes = table({{3, 100}, {-1, 7}}), direction = code({2, 0});
  expect_close(projection(codes, direction), code({1.5f, -0.5f}));
  expect_close(projection(move(codes, direction, 0.25), direction), code({1.75f, -0.25f}));
}

TEST(Projection, NeedsADirectionOfTheCodesLength) {
  const auto codes = table({{3, 100}});
  EXPECT_EQ(message([&] { projection(codes, code({1})); }),
            "direction: expected as many numbers as a code has, got [1] for codes [1,2]");
  EXPECT_THROW(projection(codes, code({0, 0})), Error);
}

TEST(DirectionClassifier, CutsWhereBalancedAccuracyIsBest) {
  const auto codes = table({{1}, {2}, {3}, {4}, {5}});
  const auto c = direction_classifier(codes, attribute({0, 1, 0, 1, 1}), code({1}));
  EXPECT_DOUBLE_EQ(c.threshold, 3.5);  // 2 of 3 above, 2 of 2 below
  EXPECT_DOUBLE_EQ(c.balanced_accuracy, (2. / 3 + 1) / 2);
  EXPECT_DOUBLE_EQ(c.accuracy, 4. / 5);
  EXPECT_DOUBLE_EQ(c.auc, 5. / 6);  // all pairs but (2,3)
  EXPECT_DOUBLE_EQ(c.spread, std::sqrt(2.5));
}

TEST(DirectionClassifier, TiesCountHalfAndAreNotCut) {
  const auto codes = table({{1}, {2}, {2}, {3}});
  const auto c = direction_classifier(codes, attribute({0, 0, 1, 1}), code({1}));
  EXPECT_DOUBLE_EQ(c.auc, 3.5 / 4);
  EXPECT_DOUBLE_EQ(c.threshold, 1.5);  // of 1.5 and 2.5 the lower
  EXPECT_DOUBLE_EQ(c.balanced_accuracy, 0.75);
}

TEST(DirectionClassifier, ThatPointsTheWrongWayCallsEverybodyPositive) {
  const auto c = direction_classifier(table({{1}, {2}, {3}}), attribute({1, 0, 0}), code({1}));
  EXPECT_DOUBLE_EQ(c.auc, 0);
  EXPECT_DOUBLE_EQ(c.balanced_accuracy, 0.5);
  EXPECT_DOUBLE_EQ(c.threshold, 1);
  EXPECT_DOUBLE_EQ(c.accuracy, 1. / 3);
}

TEST(PermutationPValue, CountsPermutationsAtLeastAsGood) {
  const auto codes = table({{1}, {2}, {3}}), has = attribute({1, 0, 1});
  const auto equal = [](const at::Tensor&, const at::Tensor&) { return 1.; };
  EXPECT_DOUBLE_EQ(permutation_p_value(codes, has, equal, 9, 1), 1);
  int calls = 0;
  const auto falling = [&](const at::Tensor&, const at::Tensor&) { return static_cast<double>(-calls++); };
  EXPECT_DOUBLE_EQ(permutation_p_value(codes, has, falling, 9, 1), 0.1);  // (1 + 0) / (1 + 9)
  EXPECT_THROW(permutation_p_value(codes, has, equal, 0, 1), Error);
}

TEST(PermutationPValue, PermutesTheLabelsTheSameWayForASeed) {
  const auto codes = at::zeros({20, 1}), has = at::arange(20, at::kLong) < 7;
  std::vector<at::Tensor> seen;
  const auto statistic = [&](const at::Tensor&, const at::Tensor& labels) {
    seen.push_back(labels);
    return static_cast<double>(labels.sum().item<int64_t>());
  };
  EXPECT_DOUBLE_EQ(permutation_p_value(codes, has, statistic, 3, 5), 1);  // seven each time
  permutation_p_value(codes, has, statistic, 3, 5);
  EXPECT_TRUE(at::equal(seen[0], has));
  EXPECT_FALSE(at::equal(seen[1], seen[2]));
  for (size_t i = 0; i < 4; ++i) EXPECT_TRUE(at::equal(seen[i], seen[i + 4]));
}

TEST(PermutationPValue, IsSmallForADifferenceAndNotForNone) {
  const TwoClouds clouds;
  const auto x = clouds.codes.narrow(1, 0, 1), y = clouds.codes.narrow(1, 1, 1);
  const auto length = [](const at::Tensor& codes, const at::Tensor& has) {
    return attribute_direction(codes, has).norm().item<double>();
  };
  EXPECT_DOUBLE_EQ(permutation_p_value(x, clouds.has, length, 99, 1), 0.01);
  EXPECT_GT(permutation_p_value(y, clouds.has, length, 99, 1), 0.05);
}

TEST(CodeStatistics, AreMeanAndUnbiasedCovariance) {
  const auto statistics = code_statistics(table({{0, 0}, {2, 0}, {4, 6}}));
  expect_close(statistics.mean, code({2, 2}));
  expect_close(statistics.covariance, table({{4, 6}, {6, 12}}));  // (4+0+4)/2, (4+0+8)/2, (4+4+16)/2
  EXPECT_THROW(code_statistics(table({{1, 2}})), Error);
}

TEST(SampleCodes, HaveTheMeanAndTheCovariance) {
  const CodeStatistics wanted{code({1, -2}), table({{4, 1}, {1, 2}})};
  const auto got = code_statistics(sample_codes(wanted, 20'000, 3));
  expect_close(got.mean, wanted.mean, 0.06);
  expect_close(got.covariance, wanted.covariance, 0.15);
}

TEST(SampleCodes, StayInThePlaneOfASingularCovariance) {
  const auto codes = sample_codes({code({1, 1}), table({{1, 2}, {2, 4}})}, 10, 3);
  expect_close((codes.select(1, 1) - 1), 2 * (codes.select(1, 0) - 1));
  EXPECT_TRUE(at::equal(sample_codes({code({1, 1}), at::zeros({2, 2})}, 3, 3), at::ones({3, 2})));
}

TEST(SampleCodes, ACodeDependsOnSeedAndNumberOnly) {
  const CodeStatistics statistics{at::zeros({3}), at::eye(3)};
  expect_close(sample_codes(statistics, 5, 9).narrow(0, 0, 2), sample_codes(statistics, 2, 9), 1e-6);
  EXPECT_FALSE(at::allclose(sample_codes(statistics, 2, 9), sample_codes(statistics, 2, 10)));
  EXPECT_EQ(sample_codes(statistics, 0, 9).sizes(), (std::vector<int64_t>{0, 3}));
}

TEST(SampleCodes, RejectsWhatIsNoCovariance) {
  const auto mean = code({0, 0});
  EXPECT_THROW(sample_codes({mean, at::eye(3)}, 1, 1), Error);
  EXPECT_THROW(sample_codes({mean, table({{1, 0.5f}, {0, 1}})}, 1, 1), Error);
  EXPECT_THROW(sample_codes({mean, table({{1, 2}, {2, 1}})}, 1, 1), Error);  // eigenvalues 3 and -1
  EXPECT_THROW(sample_codes({mean, table({{NAN, 0}, {0, 1}})}, 1, 1), Error);
}

}  // namespace
}  // namespace pawprint
