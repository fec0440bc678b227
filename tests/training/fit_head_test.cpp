#include "app/training/fit_head.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include "models/error.h"

namespace pawprint {
namespace {

// Two views of photos whose class shifts all features; `noise` makes it hard.
HeadRows made_rows(int64_t photos, int64_t classes, double noise) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(5);
  HeadRows rows;
  rows.classes = classes;
  rows.features = at::empty({photos, 2, 6}).normal_(0, noise, random);
  for (int64_t i = 0; i < photos; ++i) {
    rows.labels.push_back(i % classes);
    rows.content.push_back(sha256(std::to_string(i)));
    rows.features[i].select(1, i % classes) += 1;
  }
  return rows;
}

double training_accuracy(const Head& head, const HeadRows& rows) {
  const auto predicted = head.forward(rows.features.select(1, 0)).argmax(1);
  int64_t right = 0;
  for (size_t i = 0; i < rows.labels.size(); ++i)
    right += predicted[static_cast<int64_t>(i)].item<int64_t>() == rows.labels[i];
  return static_cast<double>(right) / static_cast<double>(rows.labels.size());
}

HeadOptions options_of(const std::string& kind) {
  HeadOptions options;
  options.kind = kind;
  options.mlp.hidden = 16;
  options.mlp.epochs = 30;
  return options;
}

TEST(OneStandardErrorRule, TakesTheLargestPenaltyWithinOneStandardErrorOfTheBest) {
  const std::vector<PathPoint> path = {{10, 0.9, 0.1}, {1, 0.55, 0.1}, {0.1, 0.5, 0.1}, {0.01, 0.7, 0.1}};
  EXPECT_EQ(one_standard_error_rule(path), 1U);
  EXPECT_EQ(one_standard_error_rule({{10, 0.9, 0.1}, {1, 0.5, 0.01}, {0.1, 0.505, 0.3}}), 1U);
}

TEST(FitHead, LearnsWhatCanBeLearned) {
  for (const char* kind : {"logistic", "mlp"}) {
    for (const int64_t classes : {2, 3}) {
      const auto rows = made_rows(120, classes, 0.2);
      const auto fitted = fit_head(rows, options_of(kind), {});
      EXPECT_GT(training_accuracy(fitted.head, rows), 0.95) << kind << ' ' << classes;
      EXPECT_EQ(fitted.head.classes(), classes);
    }
  }
}

TEST(FitHead, SameSeedSameBitsForAnyNumberOfThreads) {
  for (const char* kind : {"logistic", "mlp"}) {
    const auto rows = made_rows(80, 2, 0.8);
    auto options = options_of(kind);
    const auto one = fit_head(rows, options, {});
    options.threads = 3;
    const auto three = fit_head(rows, options, {});
    EXPECT_TRUE(at::equal(one.head.layers[0].weight, three.head.layers[0].weight)) << kind;
    EXPECT_EQ(one.temperature, three.temperature) << kind;
    EXPECT_EQ(one.facts, three.facts) << kind;
  }
}

TEST(FitHead, AnotherSeedAnotherPerceptron) {
  const auto rows = made_rows(80, 2, 0.8);
  auto options = options_of("mlp");
  const auto one = fit_head(rows, options, {});
  options.mlp.seed = 2;
  EXPECT_FALSE(at::equal(one.head.layers[0].weight, fit_head(rows, options, {}).head.layers[0].weight));
}

TEST(FitHead, PenaltySetByHandIsUsed) {
  auto options = options_of("logistic");
  options.l2 = 0.25;
  const auto fitted = fit_head(made_rows(60, 2, 0.5), options, {});
  EXPECT_EQ(fitted.l2, 0.25);
  EXPECT_EQ(fitted.facts["path"].size(), 1U);
}

TEST(FitHead, L1SetsWeightsToZero) {
  auto options = options_of("logistic");
  options.l1 = 0.1;
  const auto weight = fit_head(made_rows(60, 2, 0.5), options, {}).head.layers[0].weight[1];
  EXPECT_EQ(weight[5].item<float>(), 0);  // a feature that says nothing
  EXPECT_NE(weight[1].item<float>(), 0);
}

TEST(FitHead, NoisyProblemIsNotOverconfident) {
  // Half of the labels are drawn by lot: honest probabilities are near one half, and the temperature sees to it.
  auto rows = made_rows(200, 2, 5.0);
  auto options = options_of("logistic");
  options.l2 = 1e-6;  // overfits
  EXPECT_GT(fit_head(rows, options, {}).temperature, 1.2);
}

TEST(FitHead, BalancedClassesMoveTheBorder) {
  auto rows = made_rows(200, 2, 1.0);
  std::vector<int64_t> few;  // ten of the second class
  for (int64_t i = 0; i < 200; ++i) {
    if (rows.labels[i] == 0 || i < 20) few.push_back(i);
  }
  rows = rows.select(few);
  auto options = options_of("logistic");
  options.l2 = 0.1;
  const auto seconds = [&] {
    const auto logits = fit_head(rows, options, {}).head.forward(rows.features.select(1, 0));
    return logits.argmax(1).sum().item<int64_t>();
  };
  const auto plain = seconds();
  options.balanced = true;
  EXPECT_GT(seconds(), plain);
}

TEST(FitHead, PerceptronKeepsItsLearningCurves) {
  const auto facts = fit_head(made_rows(80, 2, 0.5), options_of("mlp"), {}).facts;
  EXPECT_GE(facts["training_loss"].size(), 2U);
  EXPECT_EQ(facts["training_loss"].size(), facts["stopping_loss"].size());
  EXPECT_LT(facts["training_loss"].back().get<double>(), facts["training_loss"].front().get<double>());
}

TEST(FitHead, ConstantFeaturesDoNoHarm) {
  auto rows = made_rows(60, 2, 0.3);
  rows.features.select(2, 4).fill_(7);
  EXPECT_TRUE(fit_head(rows, options_of("logistic"), {}).head.layers[0].weight.isfinite().all().item<bool>());
}

TEST(FitHead, TwoPhotosAreEnough) {
  const auto fitted = fit_head(made_rows(2, 2, 0.1), options_of("logistic"), {});
  EXPECT_EQ(fitted.temperature, 1);
  EXPECT_TRUE(fitted.head.layers[0].weight.isfinite().all().item<bool>());
}

TEST(FitMlp, LearnsWhatNoLineSeparates) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(6);
  const auto x = at::empty({128, 4}).normal_(0, 1, random);
  const MlpRows rows{x, (x.select(1, 0) * x.select(1, 1) > 0).to(at::kLong), at::ones({128})};  // XOR: no line does it
  MlpOptions options;
  options.hidden = 32;
  options.dropout = 0;
  options.epochs = 120;
  options.learning_rate = 1e-2;
  const auto fit = fit_mlp(rows, std::nullopt, 2, options);
  EXPECT_GT((fit.head.forward(x).argmax(1) == rows.y).to(at::kDouble).mean().item<double>(), 0.95);
  EXPECT_EQ(fit.best_epoch, 120);
}

TEST(HeadOptions, NamesTheFirstBadField) {
  HeadOptions options;
  options.kind = "tree";
  EXPECT_THROW(options.validate(), UsageError);
  options = {};
  options.mlp.dropout = 1;
  EXPECT_THROW(options.validate(), UsageError);
}

}  // namespace
}  // namespace pawprint
