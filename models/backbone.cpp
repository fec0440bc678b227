#include "models/backbone.h"

#include <torch/csrc/jit/passes/tensorexpr_fuser.h>
#include <torch/cuda.h>
#include <torch/script.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/base/error.h"
#include "models/base/sha256.h"
#include "models/base/watchdog.h"
#include "models/checksummed_archive.h"
#include "models/network_probe.h"

namespace pawprint {

struct Backbone::State {
  torch::jit::Module module;  // as loaded, for saving and for the certificate
  torch::Device device = torch::kCPU;
  nlohmann::json description;
  bool plain = false;
  int64_t feature_dim = 0;
  std::string id;

  std::string subject() const { return "backbone " + in_quotes(description.value("name", std::string("?"))); }
};

struct Backbone::Engine {
  std::once_flag made, stages_made;
  torch::jit::Module module;  // what runs
  torch::jit::Module stages;  // what runs where maps are asked for
};

namespace {

// Weights go channels-last before freezing, which turns them into constants of the layout that is fast on CPUs.
torch::jit::Module freeze_for_inference(const torch::jit::Module& module, const torch::Device& device,
                                        const InferenceConfig& config) {
  torch::jit::setTensorExprFuserEnabled(false);  // crashes on a frozen module's second call in LibTorch 1.13
  auto copy = module.deepcopy();
  copy.to(device);
  if (config.bfloat16) copy.to(at::kBFloat16);
  for (auto parameter : copy.parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
  }
  if (copy.hasattr("training")) copy = torch::jit::freeze(copy);  // else it was frozen when it was saved
  return config.optimized ? torch::jit::optimize_for_inference(copy) : copy;
}

// The network with stages() for its forward(), which is what freezing makes fast.
torch::jit::Module stages_module(const torch::jit::Module& module) {
  torch::jit::Module out("pawprint_stages");
  out.register_module("backbone", module);
  out.define("def forward(self, x):\n    return self.backbone.stages(x)\n");
  out.eval();
  return out;
}

}  // namespace

Device resolve_device(Device device) {
  if (device != Device::kCuda) return Device::kCpu;
  if (!torch::cuda::is_available())
    throw Error("--device cuda: expected a LibTorch with CUDA and a GPU it can use, got none; use --device cpu");
  at::zeros({1}, at::kCUDA);
  return Device::kCuda;
}

Backbone Backbone::load(const std::filesystem::path& path, Device device, int64_t image_size_px) {
  const std::string subject = in_quotes(path.native());
  const ChecksummedArchive file = load_archive(path, "backbone.json");
  if (file.metadata.is_null() && file.module.hasattr("head_0_weight"))
    throw Error(subject +
                ": expected a backbone, got a classifier made by `pawprint finetune`; give the backbone it was made "
                "from");
  nlohmann::json description = file.metadata;
  if (description.is_null()) description = {{"format", 1}, {"name", path.stem().native()}, {"plain", true}};
  try {
    return Backbone(file.module, description, file.sha256, device, image_size_px);
  } catch (const nlohmann::json::exception&) {
    throw Error(subject + ": expected backbone.json as models/export_backbone.py writes it, got something else");
  }
}

Backbone::Backbone(const torch::jit::Module& module, const nlohmann::json& description, const std::string& id,
                   Device device, int64_t image_size_px) {
  const torch::NoGradGuard no_grad;
  auto state = std::make_shared<State>();
  state->module = module;
  state->device = torch::Device(word(device));
  state->description = description;
  state->plain = description.value("plain", false);
  state->id = id;
  if (!state->plain) spec_ = preprocess_from_json(description.value("preprocess", nlohmann::json()), state->subject());
  const int64_t px = image_size_px == 0 ? spec_.crop_px : image_size_px;
  if (state->plain) spec_ = spec_.with_crop(px);  // not stated: what is asked for
  torch::jit::setTensorExprFuserEnabled(false);   // see freeze_for_inference()
  state->feature_dim = probe_feature_dim(module, px, state->subject());
  if (state->plain) check_steadiness(module, px, state->subject());
  const auto stated = description.value("feature_dim", state->feature_dim);
  if (stated != state->feature_dim)
    throw Error(state->subject() + ": expected " + std::to_string(stated) +
                " features as its backbone.json says, got " + std::to_string(state->feature_dim));
  state->description["feature_dim"] = state->feature_dim;
  state->description["preprocess"] = to_json(spec_);
  state->description["id"] = id;
  // These throw for others.
  description.value("classes", std::vector<std::string>());
  for (const auto* text : {"name", "weights", "licence"}) description.value(text, std::string());
  for (const auto& stage : description.value("stages", nlohmann::json::array())) {
    stage.value("name", std::string());
    for (const auto* number : {"channels", "stride", "receptive_field"}) stage.value(number, int64_t{0});
  }
  state_ = std::move(state);
  engine_ = std::make_shared<Engine>();
}

Backbone Backbone::with_config(const InferenceConfig& config) const {
  Backbone other = *this;
  other.config_ = config;
  if (config.bfloat16 != config_.bfloat16 || config.optimized != config_.optimized)
    other.engine_ = std::make_shared<Engine>();
  return other;
}

Backbone Backbone::with_preprocess(const PreprocessSpec& spec) const {
  Backbone other = *this;
  other.spec_ = spec;
  const int64_t px = spec.crop_px;
  const auto takes = [&](int64_t height, int64_t width) {
    return feature_dim_at(state_->module, height, width, state_->subject()) == state_->feature_dim;
  };
  if (px != spec_.crop_px && !takes(px, px))
    throw Error(state_->subject() + ": expected a network that takes " + std::to_string(px) +
                " pixels a side, got one " + "that takes another size only; leave the size as it is");
  if (spec.fit == Fit::kWhole && !(takes(px, px + kStridePx) && takes(px + kStridePx, px)))
    throw Error(state_->subject() + ": expected a network that takes pixels of any shape for --fit whole, got one " +
                "that takes squares; use --fit crop, squash or pad");
  return other;
}

// batch [N,3,H,W], N = forward_batch() -> [N,D] float32
at::Tensor Backbone::compute(const at::Tensor& batch) const {
  try {
    std::call_once(engine_->made,
                   [&] { engine_->module = freeze_for_inference(state_->module, state_->device, config_); });
    return forward(engine_->module, batch.to(state_->device).contiguous(at::MemoryFormat::ChannelsLast),
                   state_->subject());
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {  // an operator that has no bfloat16, a bug of the optimizer
    if (config_ == InferenceConfig())
      throw Error(
          state_->subject() + ": expected a network that can be computed, got one that fails; " +
          (spec_.fit == Fit::kWhole ? "it may not take photos of every shape: use --fit crop" : "use another one"));
    throw Error(state_->subject() + ": expected a network that can be computed in " + to_string(config_) +
                ", got one that fails; use --precision fp32" + (spec_.fit == Fit::kWhole ? " or --fit crop" : ""));
  }
}

// batch [N,3,H,W] -> [N,C,h,w] of the configuration's type, one per stage
std::vector<at::Tensor> Backbone::compute_stages(const at::Tensor& batch) const {
  const InferenceConfig frozen{config_.bfloat16, false, config_.scaled_decoding};  // the optimizer is for one output
  const std::string expected = state_->subject() + ": expected stages() that gives a list of maps [N,C,h,w], got ";
  try {
    std::call_once(engine_->stages_made, [&] {
      engine_->stages = freeze_for_inference(stages_module(state_->module), state_->device, frozen);
    });
    torch::jit::Module module = engine_->stages;
    const Watchdog watchdog(state_->subject());
    const c10::IValue out = module.forward({batch.to(state_->device).contiguous(at::MemoryFormat::ChannelsLast)});
    if (!out.isTensorList() || out.toTensorVector().empty()) throw Error(expected + out.tagKind());
    auto maps = out.toTensorVector();
    for (const auto& map : maps) {
      if (map.layout() != at::kStrided || !map.is_floating_point() || map.dim() != 4 || map.size(0) != batch.size(0) ||
          map.numel() == 0)
        throw Error(expected + describe(map) + " of " + std::to_string(batch.size(0)) + " photos");
    }
    return maps;
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw Error(expected + "one that fails; export the backbone again with models/export_backbone.py");
  }
}

// The photos from `begin` on, filled up.
at::Tensor Backbone::filled_batch(const at::Tensor& pixels, int64_t begin) const {
  const int64_t full = forward_batch(spec_), count = std::min(full, pixels.size(0) - begin);
  const at::Tensor batch = pixels.narrow(0, begin, count).to(config_.bfloat16 ? at::kBFloat16 : at::kFloat);
  if (count == full) return batch;
  return at::constant_pad_nd(batch, {0, 0, 0, 0, 0, 0, 0, full - count});
}

void Backbone::require_stages() const {
  if (!state_->module.find_method("stages"))
    throw Error(state_->subject() +
                ": expected a network with the method stages(), got one without; export it with "
                "models/export_backbone.py, or give your own a stages() as docs/backbones.md says");
}

std::vector<at::Tensor> Backbone::stages(const at::Tensor& pixels) const {
  const torch::NoGradGuard no_grad;
  TORCH_CHECK(pixels.dim() == 4 && pixels.size(1) == 3 && pixels.size(0) > 0, "expected pixels [N,3,H,W]");
  require_stages();
  std::vector<std::vector<at::Tensor>> parts;  // of each stage
  for (int64_t begin = 0; begin < pixels.size(0); begin += forward_batch(spec_)) {
    const int64_t count = std::min(forward_batch(spec_), pixels.size(0) - begin);
    const auto maps = compute_stages(filled_batch(pixels, begin));
    parts.resize(maps.size());
    for (size_t s = 0; s < maps.size(); ++s)
      parts[s].push_back(maps[s].narrow(0, 0, count).to(at::kCPU).to(at::kFloat).contiguous());
  }
  std::vector<at::Tensor> all;
  for (const auto& part : parts) all.push_back(at::cat(part));
  if (all.back().dim() != 4 || all.back().size(1) != feature_dim())
    throw Error(state_->subject() + ": expected a last map with " + std::to_string(feature_dim()) +
                " channels, as many as features, got " + c10::str(all.back().sizes()) +
                "; its mean over the places must be the features");
  return all;
}

at::Tensor Backbone::features(const at::Tensor& pixels) const {
  const torch::NoGradGuard no_grad;
  TORCH_CHECK(pixels.dim() == 4 && pixels.size(1) == 3, "expected pixels [N,3,H,W]");
  std::vector<at::Tensor> parts;
  for (int64_t begin = 0; begin < pixels.size(0); begin += forward_batch(spec_)) {
    const int64_t count = std::min(forward_batch(spec_), pixels.size(0) - begin);
    parts.push_back(compute(filled_batch(pixels, begin)).narrow(0, 0, count).cpu());
  }
  if (parts.empty()) return at::empty({0, feature_dim()});
  const at::Tensor all = at::cat(parts);
  if (all.size(1) != feature_dim())
    throw Error(state_->subject() + ": expected " + std::to_string(feature_dim()) +
                " features at any --image-size, got " + std::to_string(all.size(1)) + "; leave --image-size away");
  if (!all.isfinite().all().item<bool>())
    throw Error(
        state_->subject() +
        ": expected finite features, got infinite ones or none (NaN); its weights do not work: use another one");
  return all;
}

at::Tensor Backbone::features(const PixelBatches& pixels) const {
  std::vector<at::Tensor> parts;
  for (const auto& some : pixels) parts.push_back(features(some));
  return parts.empty() ? at::empty({0, feature_dim()}) : at::cat(parts);
}

const InferenceConfig& Backbone::config() const { return config_; }
int64_t Backbone::feature_dim() const { return state_->feature_dim; }
const PreprocessSpec& Backbone::preprocess() const { return spec_; }
const nlohmann::json& Backbone::description() const { return state_->description; }
bool Backbone::is_plain() const { return state_->plain; }
const std::string& Backbone::id() const { return state_->id; }
const torch::jit::Module& Backbone::module() const { return state_->module; }

std::string Backbone::parameter_hash() const {
  Sha256Stream hash;
  const auto add = [&](const std::string& name, const at::Tensor& tensor) {
    const auto values = tensor.detach().cpu().contiguous();
    hash.add(name + ' ' + c10::toString(values.scalar_type()) + ' ' + c10::str(values.sizes()) + '\n');
    hash.add(values.data_ptr(), values.nbytes());
  };
  for (const auto& parameter : state_->module.named_parameters()) add(parameter.name, parameter.value);
  for (const auto& buffer : state_->module.named_buffers()) add(buffer.name, buffer.value);
  return hash.finish().hex();
}

}  // namespace pawprint
