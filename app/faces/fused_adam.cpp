#include "app/faces/fused_adam.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>

#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr float kBeta1 = 0.9f, kBeta2 = 0.99f, kEpsilon = 1e-8f;

// A part of the buffer with the strides of a parameter, whatever its memory format.
at::Tensor view_like(const at::Tensor& buffer, int64_t offset, const at::Tensor& like) {
  return buffer.narrow(0, offset, like.numel())
      .as_strided(like.sizes(), like.strides(), buffer.storage_offset() + offset);
}

}  // namespace

FusedAdam::FusedAdam(std::vector<at::Tensor> parameters) : parameters_(std::move(parameters)) {
  int64_t size = 0;
  for (const auto& parameter : parameters_) {
    offsets_.push_back(size);
    size += parameter.numel();
  }
  weights_ = at::zeros({size});
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const auto view = view_like(weights_, offsets_[i], parameters_[i]);
    view.copy_(parameters_[i]);
    parameters_[i].set_data(view);
    parameters_[i].requires_grad_(true);
  }
  average_ = weights_.clone();
  first_ = at::zeros({size});
  second_ = at::zeros({size});
}

void FusedAdam::copy_gradients(const std::vector<at::Tensor>& gradients, const at::Tensor& out) const {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < gradients.size(); ++i) {
    const auto view = view_like(out, offsets_[i], parameters_[i]);
    gradients[i].defined() ? view.copy_(gradients[i]) : view.zero_();  // undefined: the loss did not use it
  }
}

void FusedAdam::step(const std::vector<at::Tensor>& gradients, const Step& step, int64_t part, int64_t parts) {
  const int64_t begin = size() * part / parts, end = size() * (part + 1) / parts;
  const auto number = static_cast<double>(step.number);
  const auto correction1 = static_cast<float>(1 / (1 - std::pow(double{kBeta1}, number)));
  const auto correction2 = static_cast<float>(1 / (1 - std::pow(double{kBeta2}, number)));
  const auto rate = static_cast<float>(step.learning_rate) * correction1;
  const auto decay = static_cast<float>(step.average_decay), share = 1.f / static_cast<float>(gradients.size());
  float* const w = weights_.data_ptr<float>();
  float* const a = average_.data_ptr<float>();
  float* const m = first_.data_ptr<float>();
  float* const v = second_.data_ptr<float>();
  constexpr int64_t kBlock = 4096;  // small enough for the sum to stay in the cache
  float sum[kBlock];
  for (int64_t from = begin; from < end; from += kBlock) {
    const int64_t count = std::min(kBlock, end - from);
    std::fill_n(sum, count, 0.f);
    for (const auto& gradient : gradients) {
      const float* const g = gradient.data_ptr<float>() + from;
      for (int64_t i = 0; i < count; ++i) sum[i] += g[i];
    }
    for (int64_t i = 0; i < count; ++i) {
      const float g = sum[i] * share;
      const int64_t k = from + i;
      m[k] = kBeta1 * m[k] + (1 - kBeta1) * g;
      v[k] = kBeta2 * v[k] + (1 - kBeta2) * g * g;
      w[k] -= rate * m[k] / (std::sqrt(v[k] * correction2) + kEpsilon);
      a[k] = decay * a[k] + (1 - decay) * w[k];
    }
  }
}

void FusedAdam::copy_average_to(const std::vector<at::Tensor>& parameters) const {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].copy_(view_like(average_, offsets_[i], parameters_[i]));
}

at::Tensor FusedAdam::state() const { return at::stack({weights_, average_, first_, second_}); }

void FusedAdam::set_state(const at::Tensor& state) {
  if (state.dim() != 2 || state.size(0) != 4 || state.size(1) != size() || state.scalar_type() != at::kFloat)
    throw Error("expected the state of a training of " + std::to_string(size()) + " weights, got another");
  weights_.copy_(state[0]);
  average_.copy_(state[1]);
  first_.copy_(state[2]);
  second_.copy_(state[3]);
}

}  // namespace pawprint
