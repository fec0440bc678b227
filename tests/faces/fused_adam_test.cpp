#include "app/faces/fused_adam.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "models/base/error.h"

namespace pawprint {
namespace {

TEST(FusedAdam, FirstStepIsTheLearningRateAgainstTheSign) {
  const auto a = torch::tensor({1.f, 2.f}), b = torch::tensor({{3.f}});
  FusedAdam adam({a, b});
  const auto gradient = torch::empty({3});
  adam.copy_gradients({torch::tensor({0.5f, -4.f}), torch::Tensor()}, gradient);  // b was not used
  adam.step({gradient}, {0.1, 0.5, 1}, 0, 1);
  EXPECT_TRUE(torch::allclose(a, torch::tensor({0.9f, 2.1f}), 0, 1e-5));
  EXPECT_EQ(b.item<float>(), 3);
  const auto averaged = torch::zeros({2}), other = torch::zeros({1, 1});
  adam.copy_average_to({averaged, other});
  EXPECT_TRUE(torch::allclose(averaged, torch::tensor({0.95f, 2.05f}), 0, 1e-5));
}

TEST(FusedAdam, KeepsMemoryFormats) {
  const auto weight = torch::randn({4, 3, 2, 2}).contiguous(at::MemoryFormat::ChannelsLast);
  const auto before = weight.clone();
  const FusedAdam adam({weight});
  EXPECT_TRUE(weight.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(torch::equal(weight, before));
}

TEST(FusedAdam, PartsMakeTheSameStepAsTheWhole) {
  const auto start = torch::randn({1000}), gradient = torch::randn({1000}), more = torch::randn({1000});
  const auto whole = start.clone(), parted = start.clone();
  FusedAdam one({whole}), three({parted});
  for (int64_t number = 1; number < 4; ++number) {
    one.step({gradient, more}, {0.01, 0.9, number}, 0, 1);
    for (int64_t part = 0; part < 3; ++part) three.step({gradient, more}, {0.01, 0.9, number}, part, 3);
  }
  EXPECT_TRUE(torch::equal(whole, parted));
}

TEST(FusedAdam, ContinuesFromItsState) {
  const auto gradient = torch::randn({10});
  const auto a = torch::ones({10}), b = torch::zeros({10});
  FusedAdam first({a}), second({b});
  first.step({gradient}, {0.1, 0.9, 1}, 0, 1);
  second.set_state(first.state());
  first.step({gradient}, {0.1, 0.9, 2}, 0, 1);
  second.step({gradient}, {0.1, 0.9, 2}, 0, 1);
  EXPECT_TRUE(torch::equal(first.state(), second.state()));
  EXPECT_TRUE(torch::equal(a, b));
  EXPECT_THROW(second.set_state(torch::zeros({4, 11})), Error);
}

}  // namespace
}  // namespace pawprint
