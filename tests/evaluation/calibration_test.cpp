#include "app/evaluation/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawprint {
namespace {

using Values = std::vector<double>;

// Of 6,000 photos of each of `classes` classes two thirds are said to be of their own, the others of the next: twice as
// likely as that and as all others together. Scaled by `sharpness`, that temperature is honest.
struct Predictions {
  Values logits;
  std::vector<int64_t> labels;
};

Predictions with_temperature(double sharpness, int64_t classes = 2, int64_t each = 6000) {
  Predictions out;
  const double lead = sharpness * std::log(2. * static_cast<double>(classes - 1));
  for (int64_t i = 0; i < classes * each; ++i) {
    const int64_t label = i % classes, wrong = i / classes % 3 == 0 ? 1 + i / classes / 3 % (classes - 1) : 0;
    Values row(classes, 5);  // what is added to all does not matter
    row[(label + wrong) % classes] += lead;
    out.logits.insert(out.logits.end(), row.begin(), row.end());
    out.labels.push_back(label);
  }
  return out;
}

TEST(Softmax, IsExponentialsOverTheirSum) {
  Values values = {std::log(1.), std::log(2.), std::log(5.)};
  softmax(values.data(), 3, 1);
  EXPECT_NEAR(values[0], 1. / 8, 1e-12);
  EXPECT_NEAR(values[1], 2. / 8, 1e-12);
  EXPECT_NEAR(values[2], 5. / 8, 1e-12);
}

TEST(Softmax, DividesByTheTemperature) {
  Values values = {0, 2 * std::log(3.)};
  softmax(values.data(), 2, 2);
  EXPECT_NEAR(values[1], 0.75, 1e-12);
}

TEST(Softmax, StaysFiniteForLargeLogits) {
  Values values = {-1e4, 1e4, 1e4};
  softmax(values.data(), 3, 0.05);
  EXPECT_EQ(values, (Values{0, 0.5, 0.5}));
}

TEST(LogLoss, IsTheMeanOverThePhotos) {
  EXPECT_NEAR(log_loss({std::log(3.), 0, std::log(2.), std::log(4.)}, {0, 0}, 2, 1),
              (std::log(4. / 3) + std::log(3.)) / 2, 1e-12);
}

TEST(SmoothedLogLoss, ExpectsPlattsTargets) {
  // Two photos: the photo's class 2/3, the others 1/3 together.
  EXPECT_NEAR(smoothed_log_loss({std::log(3.), 0, std::log(3.), 0}, {0, 0}, 2, 1),
              2. / 3 * std::log(4. / 3) + 1. / 3 * std::log(4.), 1e-12);
  // One photo: 3/5, and 1/5 for each of two others.
  EXPECT_NEAR(smoothed_log_loss({std::log(2.), 0, std::log(5.)}, {0}, 3, 1),
              3 * std::log(4.) / 5 + std::log(8.) / 5 + std::log(1.6) / 5, 1e-12);
}

TEST(SmoothedLogLoss, DividesByTheTemperature) {
  EXPECT_NEAR(smoothed_log_loss({9, 0, 5}, {1}, 3, 1e9), std::log(3.), 1e-7);
  EXPECT_DOUBLE_EQ(smoothed_log_loss({6, 0}, {0}, 2, 3), smoothed_log_loss({2, 0}, {0}, 2, 1));
}

TEST(SmoothedLogLoss, StaysFiniteForLargeLogits) {
  EXPECT_DOUBLE_EQ(smoothed_log_loss({1e4, -1e4}, {1}, 2, 1), 2e4 * 3 / 5);
}

TEST(Temperature, IsRecoveredForAnyNumberOfClasses) {
  for (const int64_t classes : {2, 8, 40}) {
    for (const double temperature : {0.1, 0.5, 2.5, 10.0}) {
      const auto predictions = with_temperature(temperature, classes, 12000 / classes);
      EXPECT_NEAR(fit_temperature(predictions.logits, predictions.labels, classes), temperature, 0.01 * temperature);
    }
  }
}

TEST(Temperature, OfFewPhotosIsNearOne) {
  const auto fitted = [](int64_t each) {
    const auto predictions = with_temperature(4, 2, each);
    return fit_temperature(predictions.logits, predictions.labels, 2);
  };
  EXPECT_NEAR(fitted(3), 1, 0.02);
  EXPECT_GT(fitted(30), 1.3);
  EXPECT_LT(fitted(30), 3);
  EXPECT_GT(fitted(600), 3.8);
}

TEST(Temperature, CertaintyOfFewPhotosIsNoProof) {
  Values logits;
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < 40; ++i) {  // all right, with a lead of 2
    logits.insert(logits.end(), {i % 2 == 0 ? 2. : 0., i % 2 == 0 ? 0. : 2.});
    labels.push_back(i % 2);
  }
  Values p = {2, 0};
  softmax(p.data(), 2, fit_temperature(logits, labels, 2));
  EXPECT_GT(p[0], 0.88);      // as it was at a temperature of 1
  EXPECT_LT(p[0], 21. / 22);  // (n + 1) / (n + 2)
}

// 20 classes of 19 photos, all right with a probability of 0.99: targets by class would make it 0.95.
TEST(Temperature, NeverRaisesTheLogLoss) {
  Values logits;
  std::vector<int64_t> labels;
  const double lead = std::log(0.99 / 0.01 * 19);
  for (int64_t i = 0; i < 380; ++i) {
    Values row(20, 0);
    row[i % 20] = lead;
    logits.insert(logits.end(), row.begin(), row.end());
    labels.push_back(i % 20);
  }
  const double temperature = fit_temperature(logits, labels, 20);
  EXPECT_LE(log_loss(logits, labels, 20, temperature), log_loss(logits, labels, 20, 1));
  EXPECT_LE(temperature, 1);
  Values p(logits.begin(), logits.begin() + 20);
  softmax(p.data(), 20, temperature);
  EXPECT_GT(p[0], 0.985);
  EXPECT_LT(p[0], 1 - 1. / 400);
}

TEST(Temperature, StaysWithinItsBounds) {
  for (const double lead : {1e-4, 1e4}) {
    const auto predictions = with_temperature(lead);
    const double temperature = fit_temperature(predictions.logits, predictions.labels, 2);
    EXPECT_GE(temperature, 0.05 - 1e-6);
    EXPECT_LE(temperature, 20 + 1e-6);
  }
}

}  // namespace
}  // namespace pawprint
