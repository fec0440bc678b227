#include "models/ood_detector.h"

#include <torch/types.h>

#include <algorithm>

#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr double kMass = 0.8, kFalseAlarms = 0.03;
constexpr int64_t kFolds = 5, kMinPhotos = 10;

std::vector<int64_t> used_classes(const at::Tensor& probabilities) {
  const auto [mass, order] = probabilities.to(at::kDouble).mean(0).sort(-1, true);
  const auto before = mass.cumsum(0) - mass;  // what the classes ahead of each carry
  const int64_t count = (before < kMass).sum().item<int64_t>();
  const auto chosen = order.narrow(0, 0, count).contiguous();
  std::vector<int64_t> classes(chosen.data_ptr<int64_t>(), chosen.data_ptr<int64_t>() + count);
  std::sort(classes.begin(), classes.end());
  return classes;
}

}  // namespace

at::Tensor ood_scores(const OodDetector& detector, const at::Tensor& probabilities) {
  return probabilities.index_select(1, torch::tensor(detector.classes, at::kLong)).sum(1);
}

OodDetector fit_ood_detector(const at::Tensor& probabilities) {
  const int64_t photos = probabilities.size(0);
  if (photos < kMinPhotos)
    throw Error("out-of-distribution detection: expected at least " + std::to_string(kMinPhotos) + " photos, got " +
                std::to_string(photos));
  const auto fold = at::arange(photos).remainder(kFolds);
  auto scores = at::empty({photos}, probabilities.options());
  for (int64_t k = 0; k < kFolds; ++k) {
    const auto inside = at::nonzero(fold == k).flatten(), outside = at::nonzero(fold != k).flatten();
    const OodDetector others{used_classes(probabilities.index_select(0, outside)), 0};
    scores.index_copy_(0, inside, ood_scores(others, probabilities.index_select(0, inside)));
  }
  const auto sorted = std::get<0>(scores.to(at::kDouble).sort());
  const auto below = static_cast<int64_t>(kFalseAlarms * static_cast<double>(photos));
  return {used_classes(probabilities), sorted[below].item<double>()};
}

}  // namespace pawprint
