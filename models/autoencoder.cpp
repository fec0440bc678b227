#include "models/autoencoder.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "models/base/error.h"

namespace pawprint {

namespace {

// TorchScript's optimizer would specialize and compile the methods anew for each number of faces and each mode of
// autograd, which takes longer than it saves.
using Interpreter = torch::jit::GraphOptimizerEnabledGuard;

constexpr int64_t kSmallestStagePx = 4, kWidthPx = 32;

// Writes TorchScript and registers the weights it speaks of. The source works on a variable h.
class Writer {
 public:
  Writer(torch::jit::Module& module, uint64_t seed) : module_(module), random_(at::detail::createCPUGenerator(seed)) {}

  void line(const std::string& text) { source_ += "    " + text + '\n'; }
  void begin(const std::string& signature) { source_ += "def " + signature + ":\n"; }

  // gain 1: the variance of what comes in is kept behind a SiLU or ReLU (He et al. 2015)
  void conv(int64_t in, int64_t out, int64_t kernel, int64_t stride, double gain) {
    const auto weight = at::randn({out, in, kernel, kernel}, random_) *
                        (gain * std::sqrt(2. / static_cast<double>(in * kernel * kernel)));
    const std::string name = weights(weight.contiguous(at::MemoryFormat::ChannelsLast), at::zeros({out}));
    const std::string s = std::to_string(stride), p = std::to_string((kernel - 1) / 2);
    line("h = torch.conv2d(h, self." + name + "_w.to(h.dtype), self." + name + "_b.to(h.dtype), [" + s + ", " + s +
         "], [" + p + ", " + p + "])");
  }

  // In float32: few operations, and codes need the digits.
  std::string linear(int64_t in, int64_t out, double gain, const std::string& input) {
    const auto weight = at::randn({out, in}, random_) * (gain * std::sqrt(1. / static_cast<double>(in)));
    const std::string name = weights(weight, at::zeros({out}));
    return "torch.addmm(self." + name + "_b, " + input + ", torch.t(self." + name + "_w))";
  }

  void block(int64_t channels) {  // pre-activation residual (He et al. 2016), without batch normalization
    line("k = h");
    line("h = torch.silu(h)");
    conv(channels, channels, 3, 1, 1);
    line("h = torch.silu(h)");
    conv(channels, channels, 3, 1, 0.1);
    line("h = h + k");
  }

  void twice_as_large(int64_t in, int64_t out, double gain) {  // sub-pixel convolution (Shi et al. 2016)
    conv(in, 4 * out, 3, 1, gain);
    line("h = torch.pixel_shuffle(h, 2).contiguous(memory_format=2)");
  }

  const std::string& source() const { return source_; }

 private:
  std::string weights(const at::Tensor& weight, const at::Tensor& bias) {
    const std::string name = "layer" + std::to_string(layers_++);
    module_.register_parameter(name + "_w", weight, false);
    module_.register_parameter(name + "_b", bias, false);
    return name;
  }

  torch::jit::Module& module_;
  at::Generator random_;
  std::string source_;
  int layers_ = 0;
};

int64_t channels_at(const AutoencoderShape& shape, int64_t px) {
  return std::clamp(shape.width * kWidthPx / px, shape.width / 2, 4 * shape.width);
}

const char* const kAsImages = "h = x.to(type).contiguous(memory_format=2)";

void write_encoder(Writer& out, const AutoencoderShape& shape) {
  out.begin("posterior(self, x, type: int)");
  out.line(kAsImages);
  int64_t px = shape.size_px / 2;
  out.conv(3, channels_at(shape, px), 4, 2, 1);
  for (; px > kSmallestStagePx; px /= 2) {
    out.block(channels_at(shape, px));
    out.conv(channels_at(shape, px), channels_at(shape, px / 2), 4, 2, 1);
  }
  out.line("h = torch.silu(h).to(6).flatten(1)");
  const int64_t features = channels_at(shape, px) * px * px;
  out.line("m = " + out.linear(features, shape.latent_dim, 1, "h"));
  // Codes begin with little noise: they have much to say.
  out.line("v = " + out.linear(features, shape.latent_dim, 1, "h") + " - 4.0");
  out.line("return m, v");
  out.begin("encode(self, x)");
  out.line("return self.posterior(x, 6)[0]");
}

void write_decoder(Writer& out, const AutoencoderShape& shape) {
  out.begin("generate(self, z, type: int)");
  int64_t px = kSmallestStagePx;
  const int64_t features = channels_at(shape, px) * px * px;
  out.line("h = " + out.linear(shape.latent_dim, features, 1, "z"));
  out.line("h = h.view([-1, " + std::to_string(channels_at(shape, px)) +
           ", 4, 4]).to(type).contiguous(memory_format=2)");
  for (; px < shape.size_px / 2; px *= 2) {
    out.block(channels_at(shape, px));
    out.twice_as_large(channels_at(shape, px), channels_at(shape, 2 * px), 1);
  }
  out.block(channels_at(shape, px));
  out.line("h = torch.silu(h)");
  out.twice_as_large(channels_at(shape, px), 3, 0.1);
  out.line("return h.to(6) + 0.5");
  out.begin("decode(self, z)");
  out.line("return torch.clamp(self.generate(z, 6), 0.0, 1.0)");
}

constexpr int64_t kClassifierWidth = 24;
constexpr int64_t kClassifierFeatures = 4 * kClassifierWidth * kSmallestStagePx * kSmallestStagePx;

void write_classifier(Writer& out, const AutoencoderShape& shape) {
  out.begin("judge_features(self, x, type: int)");
  out.line(kAsImages);
  int64_t in = 3;
  for (int64_t px = shape.size_px; px > kSmallestStagePx; px /= 2) {
    const int64_t channels = px == 2 * kSmallestStagePx
                                 ? 4 * kClassifierWidth
                                 : std::min(in == 3 ? kClassifierWidth : 2 * in, 4 * kClassifierWidth);
    out.conv(in, channels, 4, 2, 1);
    out.line("h = torch.silu(h)");
    in = channels;
  }
  out.line("return h.to(6).flatten(1)");
  out.begin("judge(self, x)");
  out.line("return self.judge_features(x, 6) @ torch.t(self.judge_w) + self.judge_b");
}

torch::jit::Module make_module(const AutoencoderShape& shape, uint64_t seed) {
  shape.validate();
  torch::jit::Module module("pawprint_faces");
  module.register_parameter("judge_w", at::zeros({shape.attributes, kClassifierFeatures}), false);
  module.register_parameter("judge_b", at::zeros({shape.attributes}), false);
  Writer out(module, seed);
  write_encoder(out, shape);
  write_decoder(out, shape);
  write_classifier(out, shape);
  module.define(out.source());
  module.eval();
  return module;
}

}  // namespace

void AutoencoderShape::validate() const {
  if (size_px != 32 && size_px != 64 && size_px != 128)
    throw UsageError("--size: expected 32, 64 or 128, got " + std::to_string(size_px));
  if (latent_dim < 32 || latent_dim > 512)
    throw UsageError("--latent-dim: expected 32 to 512, got " + std::to_string(latent_dim));
  if (width < 16 || width > 256 || width % 16 != 0)
    throw UsageError("--width: expected a multiple of 16 from 16 to 256, got " + std::to_string(width));
}

Autoencoder::Autoencoder(const AutoencoderShape& shape, uint64_t seed)
    : shape_(shape), module_(make_module(shape, seed)) {}

Autoencoder::Autoencoder(const torch::jit::Module& file, const AutoencoderShape& shape, const std::string& subject)
    : Autoencoder(shape, 0) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, weight] : module_.named_parameters(false)) {
    const at::Tensor stored = file.hasattr(name) ? file.attr(name).toTensor() : at::Tensor();
    if (!stored.defined() || stored.layout() != at::kStrided || stored.sizes() != weight.sizes() ||
        !stored.is_floating_point() || !stored.isfinite().all().item<bool>())
      throw Error(subject + ": expected an autoencoder of " + std::to_string(shape.size_px) + " px and " +
                  std::to_string(shape.latent_dim) + " codes, got other weights");
    weight.copy_(stored);
  }
}

at::Tensor Autoencoder::encode(const at::Tensor& x) const { return posterior(x, at::kFloat).mean; }

at::Tensor Autoencoder::decode(const at::Tensor& z) const { return generate(z, at::kFloat).clamp(0, 1); }

Autoencoder::Posterior Autoencoder::posterior(const at::Tensor& x, at::ScalarType type) const {
  const Interpreter interpreter(false);
  const auto both = module_.get_method("posterior")({x, static_cast<int64_t>(type)}).toTuple();
  return {both->elements()[0].toTensor(), both->elements()[1].toTensor()};
}

at::Tensor Autoencoder::generate(const at::Tensor& z, at::ScalarType type) const {
  const Interpreter interpreter(false);
  return module_.get_method("generate")({z, static_cast<int64_t>(type)}).toTensor();
}

at::Tensor Autoencoder::classifier_features(const at::Tensor& x, at::ScalarType type) const {
  const Interpreter interpreter(false);
  return module_.get_method("judge_features")({x, static_cast<int64_t>(type)}).toTensor();
}

LinearLayer Autoencoder::classifier_layer() const {
  return {module_.attr("judge_w").toTensor(), module_.attr("judge_b").toTensor()};
}

int64_t Autoencoder::classifier_features() const { return kClassifierFeatures; }

void Autoencoder::round_to_float16() const {
  const at::NoGradGuard no_grad;
  for (const auto& parameter : parameters()) parameter.copy_(parameter.to(at::kHalf));
}

std::vector<at::Tensor> Autoencoder::parameters() const {
  std::vector<at::Tensor> all;
  for (const auto& parameter : module_.parameters()) all.push_back(parameter);
  return all;
}

}  // namespace pawprint
