#include "app/evaluation/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawprint {
namespace {

using Values = std::vector<double>;

// Logits ln 3 : 0 say 3/4; three of four such photos are of the first class, so temperature 1 is honest. Scaled by
// `sharpness`, that temperature is honest.
struct Predictions {
  Values logits;
  std::vector<int64_t> labels;
};

Predictions with_temperature(double sharpness) {
  Predictions out;
  for (int i = 0; i < 8; ++i) {
    const double lead = sharpness * std::log(3.);
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

TEST(LogLoss, IsTheMeanOfMinusLnP) {
  const Values logits = {std::log(3.), 0, 0, std::log(3.)};
  EXPECT_NEAR(log_loss_at(logits, {0, 0}, 2, 1), (std::log(4. / 3) + std::log(4.)) / 2, 1e-12);
  EXPECT_NEAR(log_loss_at(logits, {0, 0}, 2, 1e9), std::log(2.), 1e-8);
}

TEST(LogLoss, StaysFiniteForLargeLogits) { EXPECT_DOUBLE_EQ(log_loss_at({1e4, -1e4}, {1}, 2, 1), 2e4); }

TEST(Temperature, IsRecovered) {
  for (const double temperature : {0.1, 0.5, 1.0, 2.5, 10.0}) {
    const auto predictions = with_temperature(temperature);
    EXPECT_NEAR(fit_temperature(predictions.logits, predictions.labels, 2), temperature, 1e-4 * temperature);
  }
}

TEST(Temperature, IsRecoveredForThreeClasses) {
  // Logits 2 ln(4, 2, 1), right in proportion 4 : 2 : 1.
  Values logits;
  std::vector<int64_t> labels;
  for (const int64_t label : {0, 0, 0, 0, 1, 1, 2}) {
    logits.insert(logits.end(), {2 * std::log(4.), 2 * std::log(2.), 0});
    labels.push_back(label);
  }
  EXPECT_NEAR(fit_temperature(logits, labels, 3), 2, 1e-4);
}

TEST(Temperature, StaysWithinItsBounds) {
  EXPECT_NEAR(fit_temperature({1, 0}, {0}, 2), 0.05, 1e-4);  // always right: the surer the better
  EXPECT_NEAR(fit_temperature({1, 0}, {1}, 2), 20, 1e-2);    // always wrong
}

}  // namespace
}  // namespace pawprint
