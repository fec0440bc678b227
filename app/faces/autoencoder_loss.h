#pragma once

#include <ATen/core/Tensor.h>

#include "app/faces/options.h"
#include "app/faces/perceptual_loss.h"
#include "models/autoencoder.h"

namespace pawprint {

// Sums over a few faces.
struct AutoencoderLoss {
  at::Tensor loss;  // scalar, what is differentiated: the mean of a face's, divided by its number of values
  double psnr_db = 0, kl_nats = 0, classifier_loss = 0;
};

// The loss of train_autoencoder.h.
//   x [N,3,S,S] in 0..1: some faces; attributes [N,A] float32; perceptual: where weights.perceptual > 0
//   random: half of the faces are shown mirrored, their colors and light changed slightly, all moved by up to a pixel
//           for each 64 of their side; codes get their noise; the attribute classifier, which would learn the faces by
//           heart, sees them moved by up to two more, through dropout
AutoencoderLoss autoencoder_loss(const Autoencoder& autoencoder, const at::Tensor& x, const at::Tensor& attributes,
                                 const FaceLossOptions& weights, const PerceptualLoss* perceptual, at::ScalarType type,
                                 at::Generator& random);

}  // namespace pawprint
