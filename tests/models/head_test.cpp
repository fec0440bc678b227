#include "models/head.h"

#include <gtest/gtest.h>
#include <torch/script.h>

namespace pawprint {
namespace {

TEST(Head, OneLayerIsWeightsTimesFeaturesPlusBias) {
  const Head head{{{at::tensor({1.f, 2.f, 0.f, -1.f}).view({2, 2}), at::tensor({10.f, 0.f})}}};
  const auto logits = head.forward(at::tensor({3.f, 4.f}).view({1, 2}));
  EXPECT_TRUE(at::equal(logits, at::tensor({21.f, -4.f}).view({1, 2})));  // 3 + 8 + 10; -4
}

TEST(Head, TwoLayersHaveReluBetween) {
  const Head head{
      {{at::tensor({1.f, -1.f}).view({2, 1}), at::zeros({2})}, {at::tensor({1.f, 5.f}).view({1, 2}), at::zeros({1})}}};
  EXPECT_FLOAT_EQ(head.forward(at::full({1, 1}, 2.f)).item<float>(), 2.f);
  EXPECT_FLOAT_EQ(head.forward(at::full({1, 1}, -2.f)).item<float>(), 10.f);
}

TEST(Head, ARowDoesNotDependOnTheOthers) {
  const Head head{{{at::randn({3, 700}), at::randn({3})}}};
  const auto features = at::randn({33, 700});
  const auto together = head.forward(features);
  for (int64_t i = 0; i < 33; ++i) EXPECT_TRUE(at::equal(head.forward(features.narrow(0, i, 1))[0], together[i]));
}

TEST(Head, NoRowsGiveNoLogits) {
  const Head head{{{at::zeros({3, 2}), at::zeros({3})}}};
  EXPECT_EQ(head.forward(at::empty({0, 2})).sizes(), (std::vector<int64_t>{0, 3}));
}

TEST(Head, FoldedStandardizationActsOnRawFeatures) {
  const LinearLayer layer{at::tensor({2.f}).view({1, 1}), at::tensor({1.f})};
  const auto folded = fold_standardization(layer, at::tensor({10.0}), at::tensor({4.0}));
  // x = 18 is (18 - 10) / 4 = 2 standardized: 2 * 2 + 1
  EXPECT_FLOAT_EQ((Head{{folded}}.forward(at::full({1, 1}, 18.f)).item<float>()), 5.f);
}

TEST(Head, FoldedAffineActsOnTheOutput) {
  const LinearLayer layer{at::tensor({2.f}).view({1, 1}), at::tensor({1.f})};
  const auto folded = fold_affine(layer, at::tensor({3.f}), at::tensor({-1.f}));
  EXPECT_FLOAT_EQ((Head{{folded}}.forward(at::full({1, 1}, 5.f)).item<float>()), 32.f);  // (2 * 5 + 1) * 3 - 1
}

}  // namespace
}  // namespace pawprint
