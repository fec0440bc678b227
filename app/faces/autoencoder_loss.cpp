#include "app/faces/autoencoder_loss.h"

#include <torch/torch.h>

#include "models/image_quality.h"

namespace pawprint {

namespace {

constexpr double kColorSpread = 0.03;  // standard deviation of each channel's gain, and of an offset of all
constexpr int64_t kClassifierShiftPx = 2;
constexpr int64_t kShiftSide = 64;  // a pixel of shift for so many of the side: small faces lose by one
constexpr double kMinError = 1e-5;  // 50 dB: a face that is almost right does not outweigh all others

at::Tensor changed_slightly(const at::Tensor& x, at::Generator& random) {
  const int64_t faces = x.size(0);
  const auto flip = at::rand({faces, 1, 1, 1}, random) < 0.5;
  const auto gain = 1 + kColorSpread * at::randn({faces, 3, 1, 1}, random);
  const auto offset = kColorSpread * at::randn({faces, 1, 1, 1}, random);
  return ((at::where(flip, x.flip(3), x) - 0.5) * gain + 0.5 + offset).clamp(0, 1);
}

// By up to p pixels, all alike.
at::Tensor moved(const at::Tensor& x, int64_t p, at::Generator& random) {
  if (p == 0) return x;
  const auto shift = at::randint(0, 2 * p + 1, {2}, random, at::kLong);
  return at::replication_pad2d(x, {p, p, p, p})
      .narrow(2, shift[0].item<int64_t>(), x.size(2))
      .narrow(3, shift[1].item<int64_t>(), x.size(3));
}

at::Tensor kl_divergence(const Autoencoder::Posterior& posterior, double free_bits) {
  const auto each = 0.5 * (posterior.mean.square() + posterior.log_variance.exp() - 1 - posterior.log_variance);
  return free_bits > 0 ? each.mean(0).clamp_min(free_bits).sum() : each.sum(1).mean();
}

at::Tensor classifier_loss(const Autoencoder& autoencoder, const at::Tensor& x, const at::Tensor& attributes,
                           at::ScalarType type, at::Generator& random) {
  const auto features = autoencoder.classifier_features(moved(x, kClassifierShiftPx, random), type);
  const auto kept = (at::rand(features.sizes(), random) < 0.5) * 2;  // dropout
  const auto layer = autoencoder.classifier_layer();
  return at::binary_cross_entropy_with_logits(at::addmm(layer.bias, features * kept, layer.weight.t()), attributes);
}

}  // namespace

AutoencoderLoss autoencoder_loss(const Autoencoder& autoencoder, const at::Tensor& faces, const at::Tensor& attributes,
                                 const FaceLossOptions& weights, const PerceptualLoss* perceptual, at::ScalarType type,
                                 at::Generator& random) {
  const auto x = moved(changed_slightly(faces, random), faces.size(2) / kShiftSide, random);
  const auto values = static_cast<double>(x[0].numel()), count = static_cast<double>(x.size(0));
  const auto posterior = autoencoder.posterior(x, type);
  const auto noise = at::randn(posterior.mean.sizes(), random);
  const auto y = autoencoder.generate(posterior.mean + (0.5 * posterior.log_variance).exp() * noise, type);
  const auto squared = (y - x).square().mean({1, 2, 3});
  const auto kl = kl_divergence(posterior, weights.free_bits);
  AutoencoderLoss out;
  out.loss = 0.5 * at::log(squared + kMinError).mean() + weights.beta / values * kl;
  if (weights.l1 > 0) out.loss = out.loss + weights.l1 * (y - x).abs().mean();
  if (weights.ssim > 0) out.loss = out.loss + weights.ssim * (1 - ssim(y, x)).mean();
  if (weights.perceptual > 0) out.loss = out.loss + weights.perceptual * (*perceptual)(y, x);
  if (autoencoder.shape().attributes > 0) {
    const auto classified = classifier_loss(autoencoder, x, attributes, type, random);
    out.loss = out.loss + classified;
    out.classifier_loss = classified.item<double>() * count;
  }
  out.psnr_db = -10 * squared.detach().log10().sum().item<double>();
  out.kl_nats = kl.item<double>() * count;
  return out;
}

}  // namespace pawprint
