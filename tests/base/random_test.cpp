#include "app/base/random.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

TEST(Random, WeightedChoicesAreAsFrequentAsTheirWeights) {
  Random random(1), same(1);
  for (int i = 0; i < 100; ++i) {
    const int below = same.below(10);
    EXPECT_EQ(random.weighted<char>({{3, 'a'}, {0, 'b'}, {7, 'c'}}), below < 3 ? 'a' : 'c');
  }
}

}  // namespace
}  // namespace pawprint
