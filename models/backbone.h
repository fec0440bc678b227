#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "models/base/inference_config.h"
#include "models/base/preprocess_spec.h"

namespace torch::jit {
struct Module;
}

namespace pawprint {

// Photos per forward pass. Fixed, because a convolution may round differently in a batch of another size; what is
// missing is filled up, so that a photo's features do not depend on the photos beside it or on --batch. Where photos
// have different shapes each is a batch of its own, which is as fast: the maps are large then.
constexpr int64_t kForwardBatch = 16;
constexpr int64_t forward_batch(const PreprocessSpec& spec) { return spec.fit == Fit::kWhole ? 1 : kForwardBatch; }

// Photos as a network takes them, in order: one tensor [N,3,H,W] for all of them, or, where they have different shapes,
// one for the views of each. float32 or bfloat16, normalized, channels-last.
using PixelBatches = std::vector<at::Tensor>;

// A frozen TorchScript feature extractor. A handle: copies share the weights, and may be used from several threads.
// The contract of the file is in docs/backbones.md.
class Backbone {
 public:
  // device: kCpu or kCuda. image_size_px: the side of what it shall see, at which it is tried; 0: its own, which is
  // 224 for a plain network. Throws Error (not TorchScript, wrong digest, a classifier's file, no [N,D] features at
  // this size; features of a plain network that depend on the photos beside it or on chance, as those of one traced in
  // training mode do).
  static Backbone load(const std::filesystem::path& path, Device device = Device::kCpu, int64_t image_size_px = 0);

  // From a module in hand: that of a classifier's file. description: backbone.json's object, or null for a plain
  // network.
  Backbone(const torch::jit::Module& module, const nlohmann::json& description, const std::string& id, Device device,
           int64_t image_size_px = 0);

  // The same weights, computed in another way. What runs is made ready at the first call of features(), and shared by
  // the copies of a handle.
  Backbone with_config(const InferenceConfig& config) const;
  const InferenceConfig& config() const;

  // The same, shown photos in another way; it is tried, and must be one that the network takes. Throws Error.
  Backbone with_preprocess(const PreprocessSpec& spec) const;
  const PreprocessSpec& preprocess() const;

  // On the CPU -> [N,D] float32 on the CPU. Throws Error if any is not finite.
  at::Tensor features(const at::Tensor& pixels) const;
  at::Tensor features(const PixelBatches& pixels) const;

  // pixels [N,3,H,W] as above, N > 0 -> one map per stage, [N,C,h,w] float32 on the CPU. The mean over the places of
  // the last one is the features. Throws Error if the file has no stages(), which plain networks have not.
  std::vector<at::Tensor> stages(const at::Tensor& pixels) const;
  void require_stages() const;  // throws that Error

  int64_t feature_dim() const;
  const nlohmann::json& description()
      const;                      // backbone.json's object with `id` added; for a plain network what is known
  bool is_plain() const;          // a TorchScript network without backbone.json
  const std::string& id() const;  // SHA-256 of the file
  const torch::jit::Module& module() const;  // as loaded: not frozen, on the CPU

  // SHA-256 over the names, types, shapes and values of all parameters and buffers (BatchNorm's statistics are
  // buffers): equal before and after training, or the frozen weights were not frozen.
  std::string parameter_hash() const;

 private:
  at::Tensor filled_batch(const at::Tensor& pixels, int64_t begin) const;
  at::Tensor compute(const at::Tensor& batch) const;
  std::vector<at::Tensor> compute_stages(const at::Tensor& batch) const;

  struct State;
  struct Engine;
  std::shared_ptr<const State> state_;
  std::shared_ptr<Engine> engine_;
  PreprocessSpec spec_;
  InferenceConfig config_;
};

// auto, cpu or cuda -> cpu or cuda, which is open then: `auto` gives cpu, which was faster wherever both were tried
// (docs/performance.md). Throws Error for cuda where LibTorch has none.
Device resolve_device(Device device);

}  // namespace pawprint
