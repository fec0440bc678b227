#include "app/label/pick_photos.h"

#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "app/base/random.h"

namespace pawprint {

namespace {

constexpr int64_t kMostClustered = 5000;  // the first of the pool: photos are in random order
constexpr int kMaxRounds = 20;

// [N,K], [M,K] -> [N,M]: squared distances, but for rounding
at::Tensor squared_distances(const at::Tensor& x, const at::Tensor& centers) {
  const auto own = x.square().sum(1, true), others = centers.square().sum(1);
  return at::addmm(own + others, x, centers.t(), 1, -2).clamp_min_(0);
}

// k-means++ (Arthur and Vassilvitskii 2007): each center with the probability of its squared distance.
at::Tensor first_centers(const at::Tensor& x, int64_t count, Random& random) {
  std::vector<int64_t> rows{random.below(static_cast<int>(x.size(0)))};
  at::Tensor nearest = squared_distances(x, x[rows[0]].unsqueeze(0)).select(1, 0);
  while (static_cast<int64_t>(rows.size()) < count) {
    const auto sums = nearest.to(at::kDouble).cumsum(0);
    const double all = sums[-1].item<double>();
    if (all <= 0) break;  // only copies are left
    const auto drawn = at::full({1}, static_cast<double>(random.uniform()) * all, at::kDouble);
    rows.push_back(std::min(at::searchsorted(sums, drawn).item<int64_t>(), x.size(0) - 1));
    nearest = at::minimum(nearest, squared_distances(x, x[rows.back()].unsqueeze(0)).select(1, 0));
  }
  return x.index_select(0, at::tensor(rows));
}

struct Clusters {
  at::Tensor centers;          // [M,K]
  at::Tensor distances;        // [N,M] squared
  std::vector<int64_t> of;     // [N]
  std::vector<int64_t> sizes;  // [M]
};

Clusters k_means(const at::Tensor& x, int64_t count, uint64_t seed) {
  Random random(seed);
  Clusters out{first_centers(x, count, random), {}, {}, {}};
  at::Tensor nearest;
  for (int round = 0; round < kMaxRounds; ++round) {
    out.distances = squared_distances(x, out.centers);
    const auto now = out.distances.argmin(1);
    if (nearest.defined() && nearest.equal(now)) break;
    nearest = now;
    const auto sums = at::zeros_like(out.centers).index_add_(0, nearest, x);
    const auto sizes = at::zeros({out.centers.size(0)}).index_add_(0, nearest, at::ones({x.size(0)}));
    const auto filled = (sizes > 0).unsqueeze(1);
    out.centers = at::where(filled, sums / sizes.clamp_min(1).unsqueeze(1), out.centers);
  }
  out.of.assign(nearest.data_ptr<int64_t>(), nearest.data_ptr<int64_t>() + nearest.numel());
  out.sizes.resize(static_cast<size_t>(out.centers.size(0)));
  for (const int64_t cluster : out.of) ++out.sizes[static_cast<size_t>(cluster)];
  return out;
}

}  // namespace

// By subspace iteration from random axes (Halko et al. 2011, arXiv:0909.4061): a decomposition of the whole covariance
// would take a second.
at::Tensor principal_components(const at::Tensor& x, int64_t count) {
  const torch::NoGradGuard no_grad;
  constexpr int64_t kMostRows = 4000, kSpare = 10;  // more rows hardly turn the axes
  constexpr int kRounds = 5;
  const auto sample = x.narrow(0, 0, std::min(x.size(0), kMostRows));
  const auto mean = sample.mean(0), centered = sample - mean;
  const int64_t kept = std::min({count, sample.size(0), x.size(1)});
  auto axes = at::empty({x.size(1), std::min({kept + kSpare, sample.size(0), x.size(1)})});
  Random random(1);
  for (int64_t i = 0; i < axes.numel(); ++i) axes.data_ptr<float>()[i] = random.uniform(-1, 1);
  for (int round = 0; round < kRounds; ++round)
    axes = std::get<0>(at::linalg_qr(at::mm(centered.t(), at::mm(centered, axes))));
  const auto seen = at::mm(centered, axes);
  const auto turned = std::get<1>(at::linalg_eigh(at::mm(seen.t(), seen))).flip(1).narrow(1, 0, kept);
  return at::mm(x - mean, at::mm(axes, turned));
}

std::vector<int64_t> typical_photos(const at::Tensor& components, const std::vector<bool>& open,
                                    const std::vector<int64_t>& labeled, int64_t count, uint64_t seed) {
  const torch::NoGradGuard no_grad;
  const auto x = components.narrow(0, 0, std::min(components.size(0), kMostClustered));
  const int64_t clusters = std::min(count + static_cast<int64_t>(labeled.size()), x.size(0));
  const Clusters found = k_means(x, clusters, seed);
  std::vector<bool> taken(found.sizes.size());
  for (const int64_t row : labeled) {
    if (row < x.size(0)) taken[found.of[row]] = true;
  }
  std::vector<size_t> order(found.sizes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return found.sizes[a] > found.sizes[b]; });
  std::vector<int64_t> nearest(found.sizes.size(), -1);  // of the open photos in each
  const auto distances = found.distances.accessor<float, 2>();
  for (int64_t row = 0; row < x.size(0); ++row) {
    const int64_t cluster = found.of[row];
    int64_t& best = nearest[cluster];
    if (open[row] && (best < 0 || distances[row][cluster] < distances[best][cluster])) best = row;
  }
  std::vector<int64_t> picked;
  for (const size_t cluster : order) {
    if (static_cast<int64_t>(picked.size()) == count) break;
    if (!taken[cluster] && nearest[cluster] >= 0) picked.push_back(nearest[cluster]);
  }
  return picked;
}

std::vector<float> margins(const at::Tensor& probabilities) {
  const auto top = std::get<0>(probabilities.topk(2, 1));
  const auto margin = (top.select(1, 0) - top.select(1, 1)).contiguous();
  return {margin.data_ptr<float>(), margin.data_ptr<float>() + margin.numel()};
}

std::vector<int64_t> uncertain_photos(const at::Tensor& components, const std::vector<bool>& open,
                                      const at::Tensor& probabilities, int64_t count) {
  const torch::NoGradGuard no_grad;
  constexpr int64_t kPool = 10;
  const std::vector<float> margin = margins(probabilities);
  std::vector<int64_t> candidates;
  for (size_t row = 0; row < open.size(); ++row) {
    if (open[row]) candidates.push_back(static_cast<int64_t>(row));
  }
  const auto kept = std::min<size_t>(candidates.size(), static_cast<size_t>(kPool * count));
  std::partial_sort(candidates.begin(), candidates.begin() + static_cast<int64_t>(kept), candidates.end(),
                    [&](int64_t a, int64_t b) { return margin[a] != margin[b] ? margin[a] < margin[b] : a < b; });
  candidates.resize(kept);
  const auto x = components.index_select(0, at::tensor(candidates));
  std::vector<int64_t> picked;
  at::Tensor distance = at::full({x.size(0)}, std::numeric_limits<float>::max());
  for (int64_t next = 0; static_cast<int64_t>(picked.size()) < std::min(count, x.size(0));
       next = distance.argmax().item<int64_t>()) {
    picked.push_back(candidates[next]);
    distance = at::minimum(distance, squared_distances(x, x[next].unsqueeze(0)).select(1, 0));
    distance[next] = -1;  // of copies, too, each is taken once
  }
  return picked;
}

}  // namespace pawprint
