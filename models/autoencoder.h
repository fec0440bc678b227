#pragma once

#include <torch/script.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/head.h"

namespace pawprint {

// The sizes that fix the networks.
struct AutoencoderShape {
  int64_t size_px = 64;      // S: 32, 64 or 128
  int64_t latent_dim = 128;  // Z: 32 to 512
  int64_t width = 32;        // channels of the 32 px stages, a multiple of 16; 16 and 8 px have 2 and 4 times as many
  int64_t attributes = 0;    // A: of the attribute classifier
  void validate() const;     // throws UsageError naming the first bad field
};

// A convolutional variational autoencoder (Kingma and Welling 2014, arXiv:1312.6114) with residual blocks, and a small
// classifier of attributes, which looks at pixels and never at codes.
//
// A handle: copies share the weights. The module is TorchScript, with methods (x [N,3,S,S] float32 RGB 0..1)
//   encode(x) -> [N,Z] float32, the codes' means       decode(z) -> [N,3,S,S] float32 in 0..1
//   judge(x) -> [N,A] float32 logits of the attributes
// and for training, with the type the convolutions are computed in (6: float32, 15: bfloat16)
//   posterior(x, type) -> means and log variances [N,Z]   generate(z, type) -> pictures, not clamped
//   judge_features(x, type) -> [N,F], what the attribute classifier's last layer sees
class Autoencoder {
 public:
  // Random weights, drawn from the seed.
  Autoencoder(const AutoencoderShape& shape, uint64_t seed);
  // The weights of a module read from a file; its methods are not run. Throws Error, beginning with `subject`, if the
  // weights are not those of `shape`.
  Autoencoder(const torch::jit::Module& file, const AutoencoderShape& shape, const std::string& subject);

  at::Tensor encode(const at::Tensor& x) const;
  at::Tensor decode(const at::Tensor& z) const;

  struct Posterior {
    at::Tensor mean, log_variance;  // [N,Z] float32
  };
  Posterior posterior(const at::Tensor& x, at::ScalarType type) const;
  at::Tensor generate(const at::Tensor& z, at::ScalarType type) const;
  at::Tensor classifier_features(const at::Tensor& x, at::ScalarType type = at::kFloat) const;
  LinearLayer classifier_layer() const;  // [A,F], [A]
  int64_t classifier_features() const;   // F

  const AutoencoderShape& shape() const { return shape_; }
  std::vector<at::Tensor> parameters() const;  // what training changes, in a fixed order
  void round_to_float16() const;               // the weights, to what a file holds of them
  const torch::jit::Module& module() const { return module_; }

 private:
  AutoencoderShape shape_;
  torch::jit::Module module_;
};

}  // namespace pawprint
