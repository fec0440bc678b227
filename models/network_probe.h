#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

namespace torch::jit {
struct Module;
}

namespace pawprint {

// What a foreign TorchScript network does with pixels, tried and checked. Each throws Error, which begins with
// `subject`, the network as messages name it; the watchdog ends a network that does not come back.

// pixels [N,3,H,W] -> features [N,D] float32. Throws if it returns anything but rows of real numbers, one a photo.
at::Tensor forward(torch::jit::Module module, const at::Tensor& pixels, const std::string& subject);

// D at this size. Nothing if the network fails on pixels of it.
std::optional<int64_t> feature_dim_at(const torch::jit::Module& module, int64_t height, int64_t width,
                                      const std::string& subject);

// D at px x px. Throws if the network fails there, with a size that it takes.
int64_t probe_feature_dim(const torch::jit::Module& module, int64_t px, const std::string& subject);

// Throws unless what is computed for one photo is the same whatever is beside it, and the same again. Else the network
// was traced while its BatchNorm and dropout were training: eval() changes nothing then.
void check_steadiness(const torch::jit::Module& module, int64_t px, const std::string& subject);

// Of a tensor that was not expected: sizes, type, layout.
std::string describe(const at::Tensor& tensor);

}  // namespace pawprint
