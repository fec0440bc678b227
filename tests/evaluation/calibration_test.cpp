#include "app/evaluation/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawprint {
namespace {

using Values = std::vector<double>;

// Of four photos with logits ln 2 : 0 three are of the first class, and so for the second. Each class has 4 photos, so
// Platt's targets are 5/6 and 1/6; their mean for the likelier class is (3 * 5/6 + 1/6) / 4 = 2/3, which is what the
// logits say. Scaled by `sharpness`, that temperature is honest.
struct Predictions {
  Values logits;
  std::vector<int64_t> labels;
};

Predictions with_temperature(double sharpness) {
  Predictions out;
  for (int i = 0; i < 8; ++i) {
    const double lead = sharpness * std::log(2.);
    if (i < 4) {
      out.logits.insert(out.logits.end(), {lead, 0});
      out.labels.push_back(i == 0 ? 1 : 0);
    } else {
      out.logits.insert(out.logits.end(), {5, lead + 5});  // what is added to both does not matter
      out.labels.push_back(i == 4 ? 0 : 1);
    }
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

TEST(SmoothedLogLoss, ExpectsPlattsTargets) {
  // One photo of its class: 2/3 and 1/3 of two classes; 1/2, 1/4 and 1/4 of three.
  EXPECT_NEAR(smoothed_log_loss({std::log(3.), 0}, {0}, 2, 1), 2. / 3 * std::log(4. / 3) + 1. / 3 * std::log(4.),
              1e-12);
  EXPECT_NEAR(smoothed_log_loss({std::log(2.), 0, std::log(5.)}, {0}, 3, 1),
              std::log(4.) / 2 + std::log(8.) / 4 + std::log(1.6) / 4, 1e-12);
}

TEST(SmoothedLogLoss, IsTheMeanOverThePhotos) {
  // Two photos of one class: 3/4 and 1/4.
  EXPECT_NEAR(smoothed_log_loss({std::log(3.), 0, 0, std::log(3.)}, {0, 0}, 2, 1),
              (std::log(4. / 3) + std::log(4.)) / 2, 1e-12);
}

TEST(SmoothedLogLoss, DividesByTheTemperature) {
  EXPECT_NEAR(smoothed_log_loss({9, 0, 5}, {1}, 3, 1e9), std::log(3.), 1e-7);
  EXPECT_DOUBLE_EQ(smoothed_log_loss({6, 0}, {0}, 2, 3), smoothed_log_loss({2, 0}, {0}, 2, 1));
}

TEST(SmoothedLogLoss, StaysFiniteForLargeLogits) {
  EXPECT_DOUBLE_EQ(smoothed_log_loss({1e4, -1e4}, {1}, 2, 1), 2e4 * 2 / 3);
}

TEST(Temperature, IsRecovered) {
  for (const double temperature : {0.1, 0.5, 1.0, 2.5, 10.0}) {
    const auto predictions = with_temperature(temperature);
    EXPECT_NEAR(fit_temperature(predictions.logits, predictions.labels, 2), temperature, 1e-4 * temperature);
  }
}

TEST(Temperature, IsRecoveredForThreeClasses) {
  // Classes of 4, 2 and 1 photos: targets 5/7 and 1/7, 3/5 and 1/5, 1/2 and 1/4; their means are 491, 283, 206 of 980.
  Values logits;
  std::vector<int64_t> labels;
  for (const int64_t label : {0, 0, 0, 0, 1, 1, 2}) {
    logits.insert(logits.end(), {2 * std::log(491.), 2 * std::log(283.), 2 * std::log(206.)});
    labels.push_back(label);
  }
  EXPECT_NEAR(fit_temperature(logits, labels, 3), 2, 1e-4);
}

TEST(Temperature, OnePhotoThatIsRightIsNoProof) {
  EXPECT_NEAR(fit_temperature({1, 0}, {0}, 2), 1 / std::log(2.), 1e-4);  // target 2/3
}

TEST(Temperature, StaysWithinItsBounds) {
  EXPECT_NEAR(fit_temperature({1e-3, 0}, {0}, 2), 0.05, 1e-4);  // the surer the better
  EXPECT_NEAR(fit_temperature({1, 0}, {1}, 2), 20, 1e-2);       // always wrong
}

}  // namespace
}  // namespace pawprint
