#include "models/latent.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/script.h>

#include <string>
#include <vector>

#include "models/base/error.h"

namespace pawprint {

namespace {

at::Generator generator(uint64_t seed, int64_t index) {
  return at::make_generator<at::CPUGeneratorImpl>(seed * 0x9e3779b97f4a7c15ULL + static_cast<uint64_t>(index));
}

}  // namespace

at::Tensor random_direction(const at::Tensor& like, uint64_t seed) {
  const auto drawn = at::randn(like.sizes(), generator(seed, 0), at::kDouble);
  return (drawn * (like.to(at::kDouble).norm() / drawn.norm())).to(at::kFloat);
}

at::Tensor move(const at::Tensor& codes, const at::Tensor& direction, double strength) {
  return at::add(codes, direction, strength);
}

at::Tensor analogy(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c) { return c + (b - a); }

at::Tensor lerp(const at::Tensor& a, const at::Tensor& b, double t) { return (1 - t) * a + t * b; }

at::Tensor slerp(const at::Tensor& a, const at::Tensor& b, double t) {
  constexpr double kMinSine = 1e-6;
  const auto length = [](const at::Tensor& x) { return x.norm(2, -1, true); };
  const at::Tensor x = a.to(at::kDouble), y = b.to(at::kDouble);
  const at::Tensor u = x / length(x), v = y / length(y);                 // of a code of zeros: not a number
  const at::Tensor angle = 2 * at::atan2(length(u - v), length(u + v));  // precise for small angles; acos is not
  const at::Tensor sine = angle.sin();
  const at::Tensor arc = (((1 - t) * angle).sin() * x + (t * angle).sin() * y) / sine;
  return at::where(sine >= kMinSine, arc, (1 - t) * x + t * y).to(a.scalar_type());  // not a number is not >=
}

at::Tensor j_diagram(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, int64_t rows, int64_t columns,
                     Interpolation between) {
  if (rows < 2 || columns < 2) {
    throw Error("J-diagram: expected at least 2 rows and 2 columns, got " + std::to_string(rows) + " and " +
                std::to_string(columns));
  }
  const auto d = analogy(a, b, c);
  std::vector<at::Tensor> grid;
  for (int64_t column = 0; column < columns; ++column) {
    const double across = static_cast<double>(column) / static_cast<double>(columns - 1);
    const auto top = between(a, b, across), bottom = between(c, d, across);
    std::vector<at::Tensor> codes;
    for (int64_t row = 0; row < rows; ++row) {
      codes.push_back(between(top, bottom, static_cast<double>(row) / static_cast<double>(rows - 1)));
    }
    grid.push_back(at::stack(codes));
  }
  return at::stack(grid, 1);
}

double permutation_p_value(const at::Tensor& codes, const at::Tensor& has_attribute,
                           const DirectionStatistic& statistic, int64_t permutations, uint64_t seed) {
  if (permutations < 1) throw Error("permutations: expected at least 1, got " + std::to_string(permutations));
  const double observed = statistic(codes, has_attribute);
  int64_t as_good = 0;
  for (int64_t i = 0; i < permutations; ++i) {
    const auto order = at::randperm(has_attribute.size(0), generator(seed, i), at::kLong);
    as_good += statistic(codes, has_attribute.index_select(0, order)) >= observed;
  }
  return static_cast<double>(1 + as_good) / static_cast<double>(1 + permutations);
}

CodeStatistics code_statistics(const at::Tensor& codes) {
  const int64_t n = codes.size(0);
  if (n < 2) throw Error("codes: expected at least 2 to take statistics of, got " + std::to_string(n));
  const auto x = codes.to(at::kDouble);
  const auto mean = x.mean(0), centered = x - mean;
  return {mean.to(at::kFloat), (centered.t().mm(centered) / static_cast<double>(n - 1)).to(at::kFloat)};
}

at::Tensor sample_codes(const CodeStatistics& statistics, int64_t count, uint64_t seed) {
  constexpr double kTolerance = 1e-4;
  const int64_t z = statistics.mean.numel();
  const auto covariance = statistics.covariance.to(at::kDouble);
  if (covariance.dim() != 2 || covariance.size(0) != z || covariance.size(1) != z) {
    throw Error("covariance: expected " + std::to_string(z) + " x " + std::to_string(z) +
                " numbers, as many as the mean has, got another shape");
  }
  const auto scale = covariance.abs().max();
  if (!((covariance - covariance.t()).abs().max() <= kTolerance * scale).item<bool>()) {
    throw Error("covariance: expected a symmetric matrix of finite numbers, got another");
  }
  const auto [values, vectors] = at::linalg_eigh(covariance);  // ascending
  if (values[0].item<double>() < -kTolerance * values[z - 1].item<double>()) {
    throw Error("covariance: expected no negative eigenvalue, got " + std::to_string(values[0].item<double>()));
  }
  // The symmetric root: unlike the eigenvectors it is unique, whatever LAPACK chose.
  const auto root = (vectors * values.clamp_min(0).sqrt()).mm(vectors.t());
  auto drawn = at::empty({count, z}, at::kDouble);
  for (int64_t i = 0; i < count; ++i) drawn[i].normal_(0, 1, generator(seed, i));
  return (drawn.mm(root) + statistics.mean.to(at::kDouble)).to(at::kFloat);
}

}  // namespace pawprint
