#include "models/image_quality.h"

#include <torch/script.h>

namespace pawprint {

namespace {

constexpr int64_t kWindow = 11;
constexpr double kSigma = 1.5;

void require_alike(const at::Tensor& a, const at::Tensor& b) {
  TORCH_CHECK(a.dim() == 4 && a.sizes() == b.sizes(), "pictures: expected two of [N,C,H,W], got ", a.sizes(), " and ",
              b.sizes());
}

// [n,n-10]: a row times this is the row filtered where the window lies inside. The product is faster than a convolution
// of so few weights, forwards and backwards.
at::Tensor gaussian_band(int64_t n, const at::TensorOptions& options) {
  const auto offset = at::arange(n, at::kDouble).unsqueeze(1) - at::arange(n - kWindow + 1, at::kDouble);
  const auto weight = (-(offset - kWindow / 2).square() / (2 * kSigma * kSigma)).exp();
  const auto band = weight * ((offset >= 0) & (offset < kWindow));
  return (band / band.sum(0)).to(options);
}

}  // namespace

at::Tensor psnr_db(const at::Tensor& a, const at::Tensor& b) {
  require_alike(a, b);
  return -10 * (a - b).square().mean({1, 2, 3}).clamp_min(1e-10).log10();
}

at::Tensor ssim(const at::Tensor& a, const at::Tensor& b) {
  constexpr double kC1 = 0.01 * 0.01, kC2 = 0.03 * 0.03;
  require_alike(a, b);
  TORCH_CHECK(a.size(2) >= kWindow && a.size(3) >= kWindow, "ssim: expected pictures of at least 11 x 11 pixels, got ",
              a.sizes());
  const auto down = gaussian_band(a.size(2), a.options()).t(), across = gaussian_band(a.size(3), a.options());
  const auto local_mean = [&](const at::Tensor& x) { return at::matmul(down, at::matmul(x, across)); };
  const auto mean_a = local_mean(a), mean_b = local_mean(b);
  const auto product = mean_a * mean_b, squares = mean_a.square() + mean_b.square();
  const auto covariance = local_mean(a * b) - product;
  const auto variances = local_mean(a.square() + b.square()) - squares;  // only their sum is needed
  const auto similarity = (2 * product + kC1) * (2 * covariance + kC2) / ((squares + kC1) * (variances + kC2));
  return similarity.mean({1, 2, 3});
}

at::Tensor sharpness(const at::Tensor& rgb) {
  TORCH_CHECK(rgb.dim() == 4 && rgb.size(1) == 3 && rgb.size(2) >= 2 && rgb.size(3) >= 2,
              "sharpness: expected [N,3,H,W] of at least 2 x 2 pixels, got ", rgb.sizes());
  const auto luma = 0.299 * rgb.select(1, 0) + 0.587 * rgb.select(1, 1) + 0.114 * rgb.select(1, 2);  // [N,H,W]
  const int64_t h = luma.size(1) - 1, w = luma.size(2) - 1;
  const auto corner = luma.narrow(1, 0, h).narrow(2, 0, w);
  const auto right = luma.narrow(1, 0, h).narrow(2, 1, w) - corner,
             down = luma.narrow(1, 1, h).narrow(2, 0, w) - corner;
  return (right.square() + down.square()).mean({1, 2}).clamp_min(1e-12).sqrt();  // the root of 0 has no derivative
}

}  // namespace pawprint
