#include "models/source_classifier.h"

#include <torch/script.h>

#include <nlohmann/json.hpp>

#include "models/base/error.h"
#include "models/base/watchdog.h"

namespace pawprint {

namespace {

constexpr double kAgreement = 1e-3;  // of the logits' length: rounding of sums in another order

at::Tensor logits(const Backbone& backbone, const at::Tensor& features) {
  const torch::NoGradGuard no_grad;
  const torch::jit::GraphOptimizerEnabledGuard interpreter(false);
  auto classifier = backbone.module().attr("classifier").toModule();
  // A map of one place: what is pooled from it is the features themselves.
  const auto last_map = features.view({features.size(0), features.size(1), 1, 1});
  const Watchdog watchdog("the backbone's classifier");
  return classifier.forward({last_map}).toTensor().to(at::kFloat);
}

// What the whole network says of some pixels, and what its classifier says of their pooled features, are the same?
bool needs_only_features(const Backbone& backbone, int64_t classes) {
  const torch::NoGradGuard no_grad;
  const torch::jit::GraphOptimizerEnabledGuard interpreter(false);
  constexpr int64_t kSidePx = 64;
  const auto pixels = at::sin(at::arange(3 * kSidePx * kSidePx).to(at::kFloat)).view({1, 3, kSidePx, kSidePx});
  try {
    auto module = backbone.module();
    const Watchdog watchdog("the backbone's classifier");
    const auto both = module.get_method("with_logits")({pixels}).toTuple();
    const auto expected = both->elements()[1].toTensor().to(at::kFloat);
    const auto got = logits(backbone, both->elements()[0].toTensor().to(at::kFloat));
    return got.sizes() == expected.sizes() && got.dim() == 2 && got.size(1) == classes &&
           (got - expected).norm().item<double>() <= kAgreement * expected.norm().item<double>();
  } catch (const std::exception&) {  // a classifier that wants a larger map
    return false;
  }
}

}  // namespace

std::optional<SourceClassifier> SourceClassifier::of(const Backbone& backbone) {
  const auto& module = backbone.module();
  const auto names = backbone.description().value("classes", std::vector<std::string>());
  if (names.empty() || !module.hasattr("classifier") || !module.find_method("with_logits") ||
      !needs_only_features(backbone, static_cast<int64_t>(names.size())))
    return std::nullopt;
  return SourceClassifier(backbone, names);
}

at::Tensor SourceClassifier::probabilities(const at::Tensor& features) const {
  const at::Tensor found = logits(backbone_, features);
  if (found.dim() != 2 || found.size(0) != features.size(0) ||
      found.size(1) != static_cast<int64_t>(class_names_.size()) || !found.isfinite().all().item<bool>())
    throw Error("the backbone's classifier: expected a finite number for each class, got others; use another backbone");
  return at::softmax(found, 1);
}

}  // namespace pawprint
