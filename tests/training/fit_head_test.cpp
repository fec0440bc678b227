#include "app/training/fit_head.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <cmath>

#include "app/evaluation/calibration.h"
#include "app/evaluation/metrics.h"
#include "app/evaluation/prediction_sets.h"
#include "app/training/fit_logistic.h"
#include "models/base/error.h"
#include "models/classifier.h"

namespace pawprint {
namespace {

// Two views of photos whose class shifts all features; `noise` makes it hard.
FeatureMatrix made_rows(int64_t photos, int64_t classes, double noise) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(5);
  FeatureMatrix rows;
  rows.classes = classes;
  rows.features = at::empty({photos, 2, 6}).normal_(0, noise, random);
  for (int64_t i = 0; i < photos; ++i) {
    rows.labels.push_back(i % classes);
    rows.group.push_back(sha256(std::to_string(i)));
    rows.features[i].select(1, i % classes) += 1;
  }
  return rows;
}

double training_accuracy(const Head& head, const FeatureMatrix& rows) {
  const auto predicted = head.forward(rows.features.select(1, 0)).argmax(1);
  int64_t right = 0;
  for (size_t i = 0; i < rows.labels.size(); ++i)
    right += predicted[static_cast<int64_t>(i)].item<int64_t>() == rows.labels[i];
  return static_cast<double>(right) / static_cast<double>(rows.labels.size());
}

HeadOptions options_of(HeadKind kind) {
  HeadOptions options;
  options.kind = kind;
  options.mlp.hidden = 16;
  options.mlp.epochs = 30;
  return options;
}

TEST(OneStandardErrorRule, TakesTheLargestPenaltyWithinOneStandardErrorOfTheBest) {
  const std::vector<CvPoint> path = {{10, 0.9, 0.1}, {1, 0.55, 0.1}, {0.1, 0.5, 0.1}, {0.01, 0.7, 0.1}};
  EXPECT_EQ(one_standard_error_rule(path), 1U);
  EXPECT_EQ(one_standard_error_rule({{10, 0.9, 0.1}, {1, 0.5, 0.01}, {0.1, 0.505, 0.3}}), 1U);
}

TEST(FitHead, LearnsWhatCanBeLearned) {
  for (const HeadKind kind : {HeadKind::kLogistic, HeadKind::kMlp}) {
    for (const int64_t classes : {2, 3}) {
      const auto rows = made_rows(120, classes, 0.2);
      const auto fitted = fit_head(rows, options_of(kind), {});
      EXPECT_GT(training_accuracy(fitted.head, rows), 0.95) << word(kind) << ' ' << classes;
      EXPECT_EQ(fitted.head.classes(), classes);
    }
  }
}

TEST(FitHead, SameSeedSameBitsForAnyNumberOfThreads) {
  for (const HeadKind kind : {HeadKind::kLogistic, HeadKind::kMlp}) {
    const auto rows = made_rows(80, 2, 0.8);
    auto options = options_of(kind);
    const auto one = fit_head(rows, options, {});
    options.threads = 3;
    const auto three = fit_head(rows, options, {});
    EXPECT_TRUE(at::equal(one.head.layers[0].weight, three.head.layers[0].weight)) << word(kind);
    EXPECT_EQ(one.temperature, three.temperature) << word(kind);
    EXPECT_EQ(one.facts, three.facts) << word(kind);
  }
}

TEST(FitHead, AnotherSeedAnotherPerceptron) {
  const auto rows = made_rows(80, 2, 0.8);
  auto options = options_of(HeadKind::kMlp);
  const auto one = fit_head(rows, options, {});
  options.mlp.seed = 2;
  EXPECT_FALSE(at::equal(one.head.layers[0].weight, fit_head(rows, options, {}).head.layers[0].weight));
}

TEST(FitHead, PenaltySetByHandIsUsed) {
  auto options = options_of(HeadKind::kLogistic);
  options.l2 = 0.25;
  const auto fitted = fit_head(made_rows(60, 2, 0.5), options, {});
  EXPECT_EQ(fitted.facts.l2, 0.25);
  EXPECT_EQ(fitted.facts.path.size(), 1U);
}

TEST(FitHead, L1SetsWeightsToZero) {
  auto options = options_of(HeadKind::kLogistic);
  options.l1 = 0.1;
  const auto weight = fit_head(made_rows(60, 2, 0.5), options, {}).head.layers[0].weight[1];
  EXPECT_EQ(weight[5].item<float>(), 0);  // a feature that says nothing
  EXPECT_NE(weight[1].item<float>(), 0);
}

TEST(FitHead, NoisyProblemIsNotOverconfident) {
  // Half of the labels are drawn by lot: honest probabilities are near one half, and the temperature sees to it.
  auto rows = made_rows(200, 2, 5.0);
  auto options = options_of(HeadKind::kLogistic);
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
  auto options = options_of(HeadKind::kLogistic);
  options.l2 = 0.1;
  const auto seconds = [&] {
    const auto logits = fit_head(rows, options, {}).head.forward(rows.features.select(1, 0));
    return logits.argmax(1).sum().item<int64_t>();
  };
  const auto plain = seconds();
  options.class_weights = ClassWeights::kBalanced;
  EXPECT_GT(seconds(), plain);
}

TEST(FitHead, PerceptronKeepsItsLearningCurves) {
  const auto facts = fit_head(made_rows(80, 2, 0.5), options_of(HeadKind::kMlp), {}).facts;
  EXPECT_GE(facts.training_loss.size(), 2U);
  EXPECT_EQ(facts.training_loss.size(), facts.stopping_loss.size());
  EXPECT_LT(facts.training_loss.back(), facts.training_loss.front());
}

TEST(FitHead, ConstantFeaturesDoNoHarm) {
  auto rows = made_rows(60, 2, 0.3);
  rows.features.select(2, 4).fill_(7);
  EXPECT_TRUE(fit_head(rows, options_of(HeadKind::kLogistic), {}).head.layers[0].weight.isfinite().all().item<bool>());
}

TEST(FitHead, TwoPhotosAreEnough) {
  const auto fitted = fit_head(made_rows(2, 2, 0.1), options_of(HeadKind::kLogistic), {});
  EXPECT_NEAR(fitted.temperature, 1, 0.01);
  EXPECT_TRUE(fitted.head.layers[0].weight.isfinite().all().item<bool>());
}

TEST(FitMlp, LearnsWhatNoLineSeparates) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(6);
  const auto x = at::empty({128, 4}).normal_(0, 1, random);
  const MlpData rows{x, (x.select(1, 0) * x.select(1, 1) > 0).to(at::kLong), at::ones({128})};  // XOR: no line does it
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
  options.mlp.dropout = 1;
  EXPECT_THROW(options.validate(), UsageError);
  options = {};
  options.l1 = -1;
  EXPECT_THROW(options.validate(), UsageError);
}

// Of many classes the head is found on the principal axes, with a diagonal to begin with: the optimum is the same as
// that of the plain problem in double precision.
TEST(FitHead, OfManyClassesIsTheMinimum) {
  for (const int64_t photos : {40, 300}) {  // fewer rows than features, and more
    const int64_t classes = 10, dim = 120;
    auto random = at::make_generator<at::CPUGeneratorImpl>(8);
    FeatureMatrix rows;
    rows.classes = classes;
    rows.features = at::empty({photos, 2, dim}).normal_(0, 1, random);
    rows.features.select(2, 0) *= 30;                               // features of very different size,
    rows.features.select(2, 1) = rows.features.select(2, 0) + 0.1;  // and two that move together
    for (int64_t i = 0; i < photos; ++i) {
      rows.labels.push_back(i % classes);
      rows.group.push_back(sha256(std::to_string(i)));
      rows.features[i].select(1, 5 + i % classes) += 2;
    }
    auto options = options_of(HeadKind::kLogistic);
    options.l2 = 0.01;
    const auto head = fit_head(rows, options, {}).head;
    const auto x = rows.features.flatten(0, 1).to(at::kDouble);
    const auto y = at::tensor(at::ArrayRef<int64_t>(rows.labels), at::kLong).repeat_interleave(2);
    const auto scale = x.std(0, false).clamp_min(1e-8);
    const LogisticProblem plain{(x - x.mean(0)) / scale, y, at::ones({2 * photos}, at::kDouble), classes};
    const auto min = logistic_loss(plain, fit_logistic(plain, options.l2, zero_theta(plain), 3000), options.l2).loss;
    const auto weight = head.layers[0].weight.to(at::kDouble) * scale;
    const auto bias = head.layers[0].bias.to(at::kDouble) + at::mv(head.layers[0].weight.to(at::kDouble), x.mean(0));
    const auto found = logistic_loss(plain, at::cat({weight, bias.unsqueeze(1)}, 1), options.l2).loss;
    EXPECT_NEAR(found, min, 2e-5) << photos;
  }
}

TEST(FitHead, PhotosOfAGroupShareAFold) {
  // Each photo twice, labels at random: only who has seen the twin can name it.
  auto rows = made_rows(120, 2, 1);
  auto random = at::make_generator<at::CPUGeneratorImpl>(2);
  rows.features = at::empty({60, 2, 80}).normal_(0, 1, random).repeat({2, 1, 1});
  const auto drawn = at::empty({60}, at::kLong).random_(0, 2, random);
  for (int64_t i = 0; i < 120; ++i) {
    rows.labels[i] = drawn[i % 60].item<int64_t>();
    rows.group[i] = sha256(std::to_string(i % 60));
  }
  auto options = options_of(HeadKind::kLogistic);
  options.l2 = 1e-3;
  const auto right = [&](const FeatureMatrix& r) {
    const auto logits = fit_head(r, options, {}).out_of_fold.logits;
    int64_t count = 0;
    for (int64_t i = 0; i < 120; ++i) count += (logits[2 * i + 1] > logits[2 * i]) == (r.labels[i] == 1);
    return count;
  };
  const int64_t grouped = right(rows);
  for (int64_t i = 0; i < 120; ++i) rows.group[i] = sha256(std::to_string(i));
  EXPECT_GT(right(rows), grouped + 20);
}

// Cross-conformal sets of the head that is fitted on all photos.
TEST(FitHead, SetsFromOutOfFoldScoresHoldTheTrueClassAsOftenAsPromised) {
  constexpr int64_t kPhotos = 90, kClasses = 3, kSplits = 1000;
  const double coverage = 0.9;
  auto options = options_of(HeadKind::kLogistic);
  options.l2 = 0.1;
  auto random = at::make_generator<at::CPUGeneratorImpl>(11);
  double sum = 0, squares = 0;
  for (int64_t split = 0; split < kSplits; ++split) {
    FeatureMatrix rows;
    rows.classes = kClasses;
    rows.features = at::empty({2 * kPhotos, 1, 4}).normal_(0, 1, random);
    for (int64_t i = 0; i < 2 * kPhotos; ++i) {
      rows.labels.push_back(i % kClasses);
      rows.group.push_back(sha256(std::to_string(split) + ':' + std::to_string(i)));
    }
    const auto y = at::tensor(at::ArrayRef<int64_t>(rows.labels), at::kLong);
    rows.features.select(1, 0).narrow(1, 0, kClasses) += 1.2 * at::one_hot(y, kClasses);
    const auto known = rows.part(0, kPhotos), fresh = rows.part(kPhotos, kPhotos);
    const auto fitted = fit_head(known, options, {});
    auto p = fitted.out_of_fold.logits;
    for (int64_t i = 0; i < kPhotos; ++i) softmax(&p[i * kClasses], kClasses, fitted.temperature);
    const double threshold = conformal_threshold(conformal_scores(p, known.labels, kClasses), coverage);
    const auto truth = to_probabilities(fitted.head.forward(fresh.features.select(1, 0)), fitted.temperature);
    double covered = 0;
    for (int64_t i = 0; i < kPhotos; ++i) {
      const auto set = prediction_set(&truth[i * kClasses], kClasses, threshold);
      covered += std::count(set.begin(), set.end(), fresh.labels[i]);
    }
    sum += covered / kPhotos / kSplits;
    squares += std::pow(covered / kPhotos, 2) / kSplits;
  }
  const double error = std::sqrt((squares - sum * sum) / kSplits);
  RecordProperty("coverage", std::to_string(sum));
  EXPECT_GE(sum, coverage - 3 * error);
  EXPECT_LE(sum, coverage + 1. / (kPhotos + 1) + 3 * error + 0.01);  // the last head has seen a quarter more photos
}

// A head that has never seen a class cannot name it: that says nothing of penalty or temperature.
TEST(FitHead, ClassesOfOneGroupAreNotJudged) {
  for (const HeadKind kind : {HeadKind::kLogistic, HeadKind::kMlp}) {
    auto rows = made_rows(120, 4, 0.2);
    for (int64_t i = 0; i < 120; ++i) {
      if (rows.labels[i] == 0) rows.group[i] = sha256("one moment");
    }
    const auto some = fit_head(rows, options_of(kind), {});
    EXPECT_TRUE(some.cross_validated);
    EXPECT_EQ(some.out_of_fold.labels.size(), 90U);
    EXPECT_EQ(std::count(some.out_of_fold.labels.begin(), some.out_of_fold.labels.end(), 0), 0);
    EXPECT_LT(some.temperature, 1.5);
    EXPECT_LE(some.facts.l2, 1);
    for (int64_t i = 0; i < 120; ++i) rows.group[i] = sha256(std::to_string(rows.labels[i]));
    const auto none = fit_head(rows, options_of(kind), {});
    EXPECT_FALSE(none.cross_validated);
    EXPECT_TRUE(none.out_of_fold.rows.empty());
    EXPECT_EQ(none.temperature, 1);
    EXPECT_GT(training_accuracy(none.head, rows), 0.95) << word(kind);
  }
}

// Probabilities for photos never seen, before and after the temperature, from a pair of classes to two hundred.
TEST(FitHead, TemperatureHelpsWithAnyNumberOfClasses) {
  constexpr int64_t kDim = 24, kEach = 24;
  for (const int64_t classes : {2, 8, 20, 40, 100, 200}) {
    auto random = at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(classes));
    const int64_t photos = classes * kEach;
    FeatureMatrix rows;
    rows.classes = classes;
    for (int64_t i = 0; i < 2 * photos; ++i) {
      rows.labels.push_back(i % classes);
      rows.group.push_back(sha256(std::to_string(i)));
    }
    const auto y = at::tensor(at::ArrayRef<int64_t>(rows.labels), at::kLong);
    rows.features = at::empty({classes, kDim}).normal_(0, 1, random).index_select(0, y).unsqueeze(1) +
                    0.7 * at::empty({2 * photos, 1, kDim}).normal_(0, 1, random);
    const auto known = rows.part(0, photos), fresh = rows.part(photos, photos);
    const auto fitted = fit_head(known, options_of(HeadKind::kLogistic), {});
    const auto measured = [&](double temperature) {
      const auto p = to_probabilities(fitted.head.forward(fresh.features.select(1, 0)), temperature);
      return evaluate_predictions(p, fresh.labels, classes, 1);
    };
    const auto before = measured(1), after = measured(fitted.temperature);
    EXPECT_LE(log_loss(fitted.out_of_fold.logits, known.labels, classes, fitted.temperature),
              log_loss(fitted.out_of_fold.logits, known.labels, classes, 1));
    EXPECT_LE(after.log_loss, before.log_loss + 2e-3) << classes;
    EXPECT_LE(after.ece, 0.05) << classes;
  }
}

TEST(FitHead, WeighsNetworksByWhatTheyAreWorth) {
  // The first block says the class with some noise; the second is noise alone, of many features.
  auto rows = made_rows(200, 2, 0.6);
  auto random = at::make_generator<at::CPUGeneratorImpl>(6);
  rows.features = at::cat({rows.features, at::empty({200, 2, 60}).normal_(0, 1, random)}, 2);
  const auto plain = fit_head(rows, options_of(HeadKind::kLogistic), {});
  rows.blocks = {6, 60};
  const auto fitted = fit_head(rows, options_of(HeadKind::kLogistic), {});
  ASSERT_EQ(fitted.facts.block_scale.size(), 2U);
  EXPECT_EQ(fitted.facts.block_scale[0], 1);
  EXPECT_LT(fitted.facts.block_scale[1], 0.4);
  const auto loss = [&](const FittedHead& head) {
    return log_loss(head.out_of_fold.logits, head.out_of_fold.labels, 2, head.temperature);
  };
  EXPECT_LT(loss(fitted), loss(plain));
  const Head again = refit_head(rows, fitted, options_of(HeadKind::kLogistic));
  EXPECT_TRUE(at::allclose(again.layers.front().weight, fitted.head.layers.front().weight, 1e-3, 1e-4));
}

}  // namespace
}  // namespace pawprint
