#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace pawprint {

// All weights of a network in one buffer, with Adam's moments (Kingma and Ba 2015, arXiv:1412.6980) and an exponential
// moving average of the weights: a step is one pass over memory, which workers share.
class FusedAdam {
 public:
  // Moves the parameters into the buffer: they become views of it, and gradients can be asked for.
  explicit FusedAdam(std::vector<at::Tensor> parameters);

  int64_t size() const { return weights_.numel(); }
  const std::vector<at::Tensor>& parameters() const { return parameters_; }

  // Copies the parameters' gradients to out [size()] float32. Any thread.
  void copy_gradients(const std::vector<at::Tensor>& gradients, const at::Tensor& out) const;

  struct Step {
    double learning_rate = 1e-3, average_decay = 0.998;
    int64_t number = 1;  // of this step, from 1
  };
  // Steps for part `part` of `parts`, along the mean of the gradients. Parts may be done at once.
  void step(const std::vector<at::Tensor>& gradients, const Step& step, int64_t part, int64_t parts);

  // The averaged weights go to the parameters of a network of the same form.
  void copy_average_to(const std::vector<at::Tensor>& parameters) const;

  // All that a checkpoint must keep: [4, size()] float32 weights, average, first and second moments.
  at::Tensor state() const;
  void set_state(const at::Tensor& state);  // throws Error if the size differs

 private:
  at::Tensor weights_, average_, first_, second_;  // [size()] float32
  std::vector<at::Tensor> parameters_;
  std::vector<int64_t> offsets_;
};

}  // namespace pawprint
