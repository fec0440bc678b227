#include "app/bench/peak_flops.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

#include "models/base/inference_config.h"

namespace pawprint {
namespace {

// Operations a second of `compute`.
template <class Compute>
double rate_of(Compute compute) {
  const auto begin = std::chrono::steady_clock::now();
  const double operations = compute(0.02);
  return operations / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

TEST(PeakFlops, Float32IsFiniteAndPlausible) {
  const double rate = rate_of(float32_operations);
  EXPECT_TRUE(std::isfinite(rate));
  EXPECT_GT(rate, 1e8);
}

TEST(PeakFlops, BFloat16IsThereWhereTheProcessorHasIt) {
  EXPECT_EQ(bfloat16_operations(0).has_value(), processor_has_bfloat16());
  if (!processor_has_bfloat16()) return;
  const double rate = rate_of([](double seconds) { return *bfloat16_operations(seconds); });
  EXPECT_TRUE(std::isfinite(rate));
  EXPECT_GT(rate, 1e8);
}

TEST(PeakFlops, NoTimeIsOneLookAtTheClock) {
  const double once = float32_operations(0);
  EXPECT_GT(once, 0);
  EXPECT_EQ(std::fmod(float32_operations(0.01), once), 0);
}

}  // namespace
}  // namespace pawprint
