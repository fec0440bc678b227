#include "models/network_probe.h"

#include <torch/script.h>

#include "models/base/error.h"
#include "models/base/watchdog.h"

namespace pawprint {

std::string describe(const at::Tensor& tensor) {
  return c10::str(tensor.sizes(), " of ", tensor.scalar_type(), tensor.layout() == at::kStrided ? "" : ", not dense");
}

at::Tensor forward(torch::jit::Module module, const at::Tensor& pixels, const std::string& subject) {
  const Watchdog watchdog(subject);
  const c10::IValue out = module.forward({pixels});
  if (!out.isTensor())
    throw Error(subject + ": expected a network that returns one tensor of features, got " + out.tagKind());
  const at::Tensor features = out.toTensor();
  if (features.layout() != at::kStrided || !features.is_floating_point() || features.dim() < 2 ||
      features.size(0) != pixels.size(0) || features.numel() == 0)
    throw Error(subject + ": expected features [N,...] of N photos as real numbers, got " + describe(features) +
                " of " + std::to_string(pixels.size(0)));
  return features.to(at::kFloat).flatten(1);
}

std::optional<int64_t> feature_dim_at(const torch::jit::Module& module, int64_t height, int64_t width,
                                      const std::string& subject) {
  try {
    return forward(module, at::zeros({1, 3, height, width}), subject).size(1);
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

int64_t probe_feature_dim(const torch::jit::Module& module, int64_t px, const std::string& subject) {
  if (const auto dim = feature_dim_at(module, px, px, subject)) return *dim;
  const auto square = [](int64_t side) { return std::to_string(side) + ',' + std::to_string(side) + ']'; };
  std::string message = subject + ": expected a network that takes [N,3," + square(px) +
                        " pixels and returns [N,...] features, got one that fails on them";
  for (const int64_t other :
       {224, 299, 256, 288, 320, 384, 512, 448, 336, 331, 300, 260, 240, 192, 160, 128, 96, 64, 32}) {
    if (other != px && feature_dim_at(module, other, other, subject))
      throw Error(message + "; it takes [N,3," + square(other) + ": use --image-size " + std::to_string(other));
  }
  throw Error(message + ", and at other sizes too");
}

void check_steadiness(const torch::jit::Module& module, int64_t px, const std::string& subject) {
  constexpr double kTolerance = 1e-4;  // relative; rounding of float32 is a hundredth of it
  const auto photo = [&](double pitch, double contrast) {
    return at::sin(at::arange(3 * px * px, at::kFloat) * pitch).view({1, 3, px, px}) * contrast;
  };
  const at::Tensor pixels = photo(0.37, 1);
  const at::Tensor batch = at::cat({pixels, photo(0.11, 0.5)}), others = at::cat({pixels, photo(0.73, 2) + 1});
  const auto first = [&](const at::Tensor& some) {
    try {
      return forward(module, some, subject)[0];
    } catch (const c10::Error&) {
      throw Error(
          subject +
          ": expected a network that takes any number of photos, got one that takes one at a time; trace it with "
          "several, or script it, and save it anew");
    }
  };
  const at::Tensor features = first(batch);
  const auto differs = [&](const at::Tensor& other) {
    return (other - features).norm().item<double>() > kTolerance * features.norm().item<double>();
  };
  const bool random = differs(first(batch));
  if (random || differs(first(others)))
    throw Error(subject +
                ": expected a network that gives a photo the same features each time, got one whose features change " +
                (random ? "from run to run" : "with the photos beside it") +
                "; it was probably saved in training mode: call eval() before torch.jit.trace, and save it anew");
}

}  // namespace pawprint
