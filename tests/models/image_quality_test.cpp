#include "models/image_quality.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <cmath>
#include <vector>

namespace pawprint {
namespace {

TEST(Psnr, IsOfEachPicture) {
  auto a = at::zeros({3, 3, 2, 2}), b = a.clone();
  b[0].fill_(0.1);      // squared error 0.01: 20 dB
  b[1][0][0][0] = 1.2;  // 1.44 / 12 = 0.12
  const auto psnr = psnr_db(a, b);
  EXPECT_NEAR(psnr[0].item<float>(), 20, 1e-4);
  EXPECT_NEAR(psnr[1].item<float>(), -10 * std::log10(0.12), 1e-4);
  EXPECT_NEAR(psnr[2].item<float>(), 100, 1e-4);  // equal
}

TEST(Psnr, RefusesDifferentShapes) {
  EXPECT_THROW(psnr_db(at::zeros({1, 3, 2, 2}), at::zeros({1, 3, 2, 3})), c10::Error);
}

struct Patterns {
  at::Tensor a, b;
};

// [1,3,12,13]: a = ((7 x + 13 y + 29 c) mod 32) / 31; b half of it and half of ((5 x y + 11 c) mod 32) / 31.
Patterns patterns() {
  const auto c = at::arange(3).view({3, 1, 1}), y = at::arange(12).view({12, 1}), x = at::arange(13);
  const auto a = (7 * x + 13 * y + 29 * c) % 32 / 31., other = (5 * x * y + 11 * c) % 32 / 31.;
  return {a.to(at::kFloat).unsqueeze(0), ((a + other) / 2).to(at::kFloat).unsqueeze(0)};
}

TEST(Ssim, IsThePapersFormula) {
  // Computed in Python from the formula with 121 weights a window, deviations from the window's mean, in double.
  const auto [a, b] = patterns();
  EXPECT_NEAR(ssim(a, b).item<float>(), 0.6889919620908188, 2e-6);
  EXPECT_NEAR(ssim(b, a).item<float>(), 0.6889919620908188, 2e-6);
}

TEST(Ssim, OfEqualPicturesIsOne) {
  const auto a = patterns().a;
  EXPECT_NEAR(ssim(a, a).item<float>(), 1, 1e-6);
}

TEST(Ssim, OfFlatPicturesComparesTheirMeans) {
  const auto a = at::full({1, 3, 11, 11}, 0.5f), b = at::full({1, 3, 11, 11}, 0.25f);
  EXPECT_NEAR(ssim(a, b).item<float>(), (2 * 0.125 + 1e-4) / (0.3125 + 1e-4), 1e-4);
}

TEST(Ssim, IsOfEachPictureByItself) {
  const auto [a, b] = patterns();
  const auto both = ssim(at::cat({a, a}), at::cat({b, a}));
  EXPECT_NEAR(both[0].item<float>(), ssim(a, b).item<float>(), 1e-6);
  EXPECT_NEAR(both[1].item<float>(), 1, 1e-6);
}

TEST(Ssim, GradientIsTheSlope) {
  const auto [a, b] = patterns();
  const auto x = b.to(at::kDouble).requires_grad_(true), y = a.to(at::kDouble);
  ssim(x, y).sum().backward();
  for (const int64_t pixel : {0, 70, 200, 467}) {
    constexpr double kStep = 1e-5;
    auto step = at::zeros({3 * 12 * 13}, at::kDouble);
    step[pixel] = kStep;
    step = step.view_as(x);
    const double slope = ((ssim(x.detach() + step, y) - ssim(x.detach() - step, y)) / (2 * kStep)).item<double>();
    EXPECT_NEAR(x.grad().view(-1)[pixel].item<double>(), slope, 1e-8);
  }
}

TEST(Ssim, RefusesPicturesSmallerThanTheWindow) {
  EXPECT_THROW(ssim(at::zeros({1, 3, 10, 20}), at::zeros({1, 3, 10, 20})), c10::Error);
}

// A step from 0 to 1 across `width` pixels, in [1,3,3,17].
at::Tensor edge(int64_t width) {
  return ((at::arange(17, at::kFloat) - 4) / width).clamp(0, 1).view({1, 1, 1, 17}).repeat({1, 3, 3, 1});
}

TEST(Sharpness, IsTheGradientsRootMeanSquare) {
  EXPECT_NEAR(sharpness(edge(1)).item<float>(), std::sqrt(1. / 16), 1e-6);  // one step of 1 among 16 in a row
  EXPECT_NEAR(sharpness(edge(4)).item<float>(), std::sqrt(4 * 0.25 * 0.25 / 16), 1e-6);
  EXPECT_NEAR(sharpness(edge(4).transpose(2, 3)).item<float>(), std::sqrt(4 * 0.25 * 0.25 / 16), 1e-6);
}

TEST(Sharpness, IsOfTheLumaAndProportionalToContrast) {
  auto green = edge(1);
  green.select(1, 0).zero_();
  green.select(1, 2).zero_();
  EXPECT_NEAR(sharpness(green).item<float>(), 0.587 / 4, 1e-6);
  EXPECT_NEAR(sharpness(edge(1) * 0.5).item<float>(), 0.5 / 4, 1e-6);
}

TEST(Sharpness, OfAFlatPictureIsAlmostZeroAndHasAGradient) {
  const auto flat = at::full({2, 3, 4, 4}, 0.5f).requires_grad_(true);
  const auto value = sharpness(flat);
  EXPECT_NEAR(value[0].item<float>(), 1e-6, 1e-7);
  value.sum().backward();
  EXPECT_TRUE(at::isfinite(flat.grad()).all().item<bool>());
}

TEST(Sharpness, RefusesOtherThanRgb) { EXPECT_THROW(sharpness(at::zeros({1, 1, 4, 4})), c10::Error); }

}  // namespace
}  // namespace pawprint
