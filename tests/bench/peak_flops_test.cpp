#include "app/bench/peak_flops.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/base/inference_config.h"

namespace pawprint {
namespace {

TEST(PeakFlops, CountsWholeRounds) {
  const double once = float32_operations(0);
  EXPECT_TRUE(std::isfinite(once));
  EXPECT_GT(once, 0);
  EXPECT_EQ(std::fmod(float32_operations(0.01), once), 0);
}

TEST(PeakFlops, BFloat16IsThereWhereTheProcessorHasIt) {
  const auto once = bfloat16_operations(0);
  EXPECT_EQ(once.has_value(), processor_has_bfloat16());
  if (!once) return;
  EXPECT_TRUE(std::isfinite(*once));
  EXPECT_GT(*once, 0);
  EXPECT_EQ(std::fmod(*bfloat16_operations(0.01), *once), 0);
}

}  // namespace
}  // namespace pawprint
