#include "app/training/fit_logistic.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <cmath>

namespace pawprint {
namespace {

LogisticProblem random_problem(int64_t n, int64_t d, int64_t classes) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(3);
  return {at::empty({n, d}, at::kDouble).normal_(0, 1, random), at::empty({n}, at::kLong).random_(0, classes, random),
          at::ones({n}, at::kDouble), classes};
}

at::Tensor random_theta(const LogisticProblem& problem) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(4);
  return at::empty_like(zero_theta(problem)).normal_(0, 1, random);
}

double value(const at::Tensor& t, int64_t i, int64_t j) { return t[i][j].item<double>(); }

TEST(LogisticLoss, IsTheLecturesFormulaForTwoClasses) {
  const auto problem = random_problem(50, 4, 2);
  const auto theta = random_theta(problem);
  const double l2 = 0.3;
  double sum = 0, penalty = 0;
  for (int64_t i = 0; i < 50; ++i) {
    double score = value(theta, 0, 4);
    for (int64_t j = 0; j < 4; ++j) score += value(theta, 0, j) * value(problem.x, i, j);
    const double y = problem.y[i].item<int64_t>() == 1 ? 1 : -1;
    sum += std::log(1 + std::exp(-y * score));
  }
  for (int64_t j = 0; j < 4; ++j) penalty += std::pow(value(theta, 0, j), 2);
  EXPECT_NEAR(logistic_loss(problem, theta, l2).loss, sum / 50 + l2 / 2 * penalty, 1e-6);
}

TEST(LogisticLoss, IsCrossEntropyForMoreClasses) {
  const auto problem = random_problem(50, 4, 3);
  const auto theta = random_theta(problem);
  const auto loss = at::cross_entropy_loss(logistic_logits(problem.x, theta), problem.y).item<double>();
  EXPECT_NEAR(logistic_loss(problem, theta, 0).loss, loss, 1e-9);
}

TEST(LogisticLoss, TwoClassesGiveTheSameLossAsSoftmaxOfTheLogits) {
  const auto problem = random_problem(50, 4, 2);
  const auto theta = random_theta(problem);
  const auto loss = at::cross_entropy_loss(logistic_logits(problem.x, theta), problem.y).item<double>();
  EXPECT_NEAR(logistic_loss(problem, theta, 0).loss, loss, 1e-9);
}

TEST(LogisticLoss, GradientMatchesFiniteDifferences) {
  for (const int64_t classes : {2, 4}) {
    auto problem = random_problem(30, 3, classes);
    problem.weight = at::linspace(0, 2, 30, at::kDouble);
    const auto theta = random_theta(problem);
    const auto gradient = logistic_loss(problem, theta, 0.1).gradient;
    constexpr double kStep = 1e-6;
    for (int64_t k = 0; k < theta.size(0); ++k) {
      for (int64_t j = 0; j < theta.size(1); ++j) {
        auto up = theta.clone(), down = theta.clone();
        up[k][j] += kStep;
        down[k][j] -= kStep;
        const double slope =
            (logistic_loss(problem, up, 0.1).loss - logistic_loss(problem, down, 0.1).loss) / (2 * kStep);
        EXPECT_NEAR(value(gradient, k, j), slope, 1e-7) << classes << ' ' << k << ' ' << j;
      }
    }
  }
}

TEST(LogisticLoss, RowsOfWeightZeroDoNotCount) {
  auto problem = random_problem(20, 3, 2);
  const auto theta = random_theta(problem);
  problem.weight.narrow(0, 10, 10).zero_();
  const LogisticProblem half{problem.x.narrow(0, 0, 10), problem.y.narrow(0, 0, 10), at::ones({10}, at::kDouble), 2};
  EXPECT_NEAR(logistic_loss(problem, theta, 0.1).loss, logistic_loss(half, theta, 0.1).loss, 1e-12);
}

TEST(FitLogistic, FindsAKnownSolution) {
  // Four photos at x = 0: one is `1`, three are `0`, so the bias alone decides: sigma(b) = 1/4, b = -ln 3.
  const LogisticProblem problem{at::zeros({4, 1}, at::kDouble), at::tensor({1, 0, 0, 0}, at::kLong),
                                at::ones({4}, at::kDouble), 2};
  const auto theta = fit_logistic(problem, 1e-3, zero_theta(problem));
  EXPECT_NEAR(value(theta, 0, 1), -std::log(3.0), 1e-6);
  EXPECT_NEAR(value(theta, 0, 0), 0, 1e-6);
}

TEST(FitLogistic, SolvesTheStationaryEquationOfOneWeight) {
  // x = +1 is class 1, x = -1 is class 0: by symmetry b = 0 and l2 w = sigma(-w). For w = 1: l2 = sigma(-1).
  const LogisticProblem problem{at::tensor({1.0, -1.0}).view({2, 1}), at::tensor({1, 0}, at::kLong),
                                at::ones({2}, at::kDouble), 2};
  const auto theta = fit_logistic(problem, 1 / (1 + std::exp(1.0)), zero_theta(problem));
  EXPECT_NEAR(value(theta, 0, 0), 1, 1e-6);
  EXPECT_NEAR(value(theta, 0, 1), 0, 1e-6);
}

TEST(FitLogistic, GradientVanishesAtTheMinimum) {
  for (const int64_t classes : {2, 4}) {
    const auto problem = random_problem(200, 10, classes);
    const auto theta = fit_logistic(problem, 0.01, zero_theta(problem));
    EXPECT_LT(logistic_loss(problem, theta, 0.01).gradient.abs().max().item<double>(), 1e-6) << classes;
  }
}

TEST(FitLogistic, SinglePrecisionFindsTheSameMinimum) {
  const auto problem = random_problem(200, 10, 2);
  auto single = problem;
  single.x = problem.x.to(at::kFloat);
  const auto theta = fit_logistic(problem, 0.1, zero_theta(problem));
  EXPECT_TRUE(at::allclose(fit_logistic(single, 0.1, zero_theta(single)).to(at::kDouble), theta, 1e-3, 1e-4));
}

TEST(FitLogisticL1, MeetsTheOptimalityConditions) {
  // At the minimum |gradient| <= l1 where a weight is zero, and gradient = -l1 sign(w) elsewhere.
  const auto problem = random_problem(200, 10, 2);
  constexpr double kL1 = 0.03;
  const auto theta = fit_logistic_l1(problem, kL1, 0, zero_theta(problem));
  const auto gradient = logistic_loss(problem, theta, 0).gradient;
  int64_t zeros = 0;
  for (int64_t j = 0; j < 10; ++j) {
    const double w = value(theta, 0, j), g = value(gradient, 0, j);
    if (w == 0) {
      EXPECT_LE(std::abs(g), kL1 + 1e-5);
      ++zeros;
    } else {
      EXPECT_NEAR(g, w > 0 ? -kL1 : kL1, 1e-5);
    }
  }
  EXPECT_GT(zeros, 0);
  EXPECT_LT(zeros, 10);
  EXPECT_NEAR(value(gradient, 0, 10), 0, 1e-5);  // the bias is free
}

TEST(FitLogisticL1, WithoutL1ItAgreesWithLbfgs) {
  const auto problem = random_problem(200, 10, 3);
  const auto start = zero_theta(problem);
  EXPECT_TRUE(at::allclose(fit_logistic_l1(problem, 0, 0.1, start), fit_logistic(problem, 0.1, start), 1e-4, 1e-5));
}

}  // namespace
}  // namespace pawprint
