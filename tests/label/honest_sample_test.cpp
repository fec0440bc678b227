#include "app/label/honest_sample.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/evaluation/selective_prediction.h"

namespace pawprint {
namespace {

TEST(ExactInterval, AsInTables) {  // R: binom.test
  EXPECT_NEAR(exact_interval(8, 8).first, 0.6306, 1e-4);
  EXPECT_EQ(exact_interval(8, 8).second, 1);
  EXPECT_EQ(exact_interval(0, 10).first, 0);
  EXPECT_NEAR(exact_interval(0, 10).second, 0.3085, 1e-4);
  EXPECT_NEAR(exact_interval(95, 100).first, 0.8872, 1e-4);
  EXPECT_NEAR(exact_interval(95, 100).second, 0.9836, 1e-4);
}

// What Wilson's does not: of 8 photos at an accuracy of 0.98 it misses 15 times in 100.
TEST(ExactInterval, HoldsTheTruthInNineteenOfTwentySamples) {
  for (const int64_t count : {1, 5, 8, 20, 60}) {
    for (const double accuracy : {0.5, 0.8, 0.9, 0.95, 0.98, 0.995}) {
      double held = 0;
      for (int64_t right = 0; right <= count; ++right) {
        const auto [low, high] = exact_interval(right, count);
        const double above = right == count ? 0 : binomial_tail(count - right - 1, count, 1 - accuracy);
        const double chance = binomial_tail(count - right, count, 1 - accuracy) - above;
        if (low <= accuracy && accuracy <= high) held += chance;
      }
      EXPECT_GE(held, 0.95) << count << ' ' << accuracy;
    }
  }
}

TEST(SetApart, IsOneInTen) {
  int64_t apart = 0;
  for (int i = 0; i < 10'000; ++i) apart += is_set_apart(sha256(std::to_string(i)));
  EXPECT_NEAR(static_cast<double>(apart), 1000, 100);
}

TEST(Gain, WhatBecameRightLessWhatBecameWrong) {
  const std::vector<float> p = {0.9f, 0.1f, 0.2f, 0.8f, 0.6f, 0.4f, 0.5f, 0.5f};
  EXPECT_NEAR(gained({0, 1, 0, 0}, {1, 1, 1, 0}, p, 2), (0.8 + 0.2) / 4, 1e-6);
  EXPECT_EQ(gained({0, 1, 0, 0}, {0, 1, 0, 0}, p, 2), 0);
}

TEST(Gain, FallsAsAPowerOfTheLabels) {
  const auto error = [](double labels) { return 3 * std::pow(labels, -0.7); };
  EXPECT_NEAR(expected_gain(error(24) - error(48), 48, 24, 24), error(48) - error(72), 1e-12);
}

}  // namespace
}  // namespace pawprint
