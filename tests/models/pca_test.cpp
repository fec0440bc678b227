#include "models/pca.h"

#include <gtest/gtest.h>
#include <torch/script.h>

#include <vector>

#include "models/base/error.h"

namespace pawprint {
namespace {

// [400,60] whose standard deviations fall as 1, 1/2, 1/3 ... along turned axes.
at::Tensor rows() {
  at::manual_seed(4);
  const auto turned = std::get<0>(at::linalg_qr(at::randn({60, 60})));
  return (at::randn({400, 60}) / at::arange(1, 61, at::kFloat)).mm(turned) + 3;
}

double squared_error(const Pca& pca, const at::Tensor& x) {
  return (reconstruct(pca, x) - x).square().sum().item<double>();
}

TEST(Pca, FindsTheLineThatPointsLieOn) {
  const auto x = at::tensor({1.f, 1.f, 4.f, 5.f, 7.f, 9.f}).view({3, 2});  // (4,5) + k (3,4)
  const auto pca = fit_pca(x, 1);
  EXPECT_TRUE(at::allclose(pca.mean, at::tensor({4.f, 5.f})));
  EXPECT_TRUE(at::allclose(pca.components.abs(), at::tensor({0.6f, 0.8f}).view({1, 2})));
  EXPECT_TRUE(at::allclose(reconstruct(pca, x), x, 1e-5, 1e-5));
  const auto off = at::tensor({4.f + 4, 5.f - 3}).view({1, 2});  // at right angles to the line
  EXPECT_TRUE(at::allclose(reconstruct(pca, off), pca.mean.unsqueeze(0), 1e-5, 1e-5));
}

TEST(Pca, LeavesNoMoreErrorThanTheExactComponents) {
  const auto x = rows();
  const auto centered = (x - x.mean(0)).to(at::kDouble);
  const auto squares = at::linalg_eigvalsh(centered.t().mm(centered));  // ascending
  for (const int64_t k : {1, 8, 40, 60}) {
    const double exact = squares.narrow(0, 0, 60 - k).sum().item<double>();
    EXPECT_NEAR(squared_error(fit_pca(x, k), x), exact, 1e-4 * exact + 1e-4) << k;
  }
}

TEST(Pca, ComponentsAreOrthonormalAndTheFirstVaryMost) {
  const auto x = rows();
  const auto pca = fit_pca(x, 8);
  EXPECT_TRUE(at::allclose(pca.components.mm(pca.components.t()), at::eye(8), 0, 1e-5));
  const auto variance = (x - pca.mean).mm(pca.components.t()).var(0);
  EXPECT_TRUE((variance.narrow(0, 0, 7) > variance.narrow(0, 1, 7)).all().item<bool>());
}

TEST(Pca, FewRowsOfManyNumbersAreMetExactly) {
  at::manual_seed(5);
  const auto x = at::randn({5, 200});
  EXPECT_LT(squared_error(fit_pca(x, 4), x), 1e-6);
}

TEST(Pca, IsTheSameForASeed) {
  const auto x = rows();
  EXPECT_TRUE(at::equal(fit_pca(x, 3, 1).components, fit_pca(x, 3, 1).components));
}

TEST(Pca, RejectsMoreComponentsThanThereAreAndOtherRows) {
  const auto x = rows();
  EXPECT_THROW(fit_pca(x, 0), Error);
  EXPECT_THROW(fit_pca(x, 61), Error);
  EXPECT_THROW(fit_pca(x.narrow(0, 0, 5), 5), Error);
  EXPECT_THROW(reconstruct(fit_pca(x, 2), x.narrow(1, 0, 59)), Error);
}

}  // namespace
}  // namespace pawprint
