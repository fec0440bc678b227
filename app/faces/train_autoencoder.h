#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/faces/face_pictures.h"
#include "app/faces/options.h"
#include "app/faces/training_checkpoint.h"
#include "models/autoencoder.h"

namespace pawprint {

// Called after each epoch with the averaged weights.
using AfterEpoch = std::function<void(const EpochFacts& facts, const Autoencoder& average)>;

struct TrainedAutoencoder {
  Autoencoder autoencoder;  // the averaged weights
  std::vector<EpochFacts> epochs;
  std::string precision;  // fp32 or bf16
};

// Trains on the pictures that are not held out. The loss of a picture of D values is
//   D/2 ln(mean squared error) + D (l1 * mean |difference| + ssim * (1 - SSIM) + perceptual * that of
//   perceptual_loss.h) + beta KL
// whose first term is the likelihood of a normal distribution with the variance that fits best (Rybkin et al. 2021,
// arXiv:2006.13202): it needs no weight against the KL divergence, and is the PSNR itself. KL with free bits: Kingma et
// al. 2016, arXiv:1606.04934. Adam, one epoch of warm-up and a cosine to zero; the weights are averaged.
// Each draw depends on the seed, the epoch and the picture's place in it, and sums have a fixed order: any number of
// threads gives the same bits, and so does a run that continues from `checkpoint`.
//   checkpoint: written whole or not at all after most epochs, at least every minute or epoch; read where
//   options.resume is set
// Throws Error if a checkpoint does not fit the options or the pictures.
TrainedAutoencoder train_autoencoder(const FacePictures& pictures, const FaceTrainingOptions& options,
                                     const std::filesystem::path& checkpoint, const MakeProgress& progress,
                                     const AfterEpoch& after_epoch);

}  // namespace pawprint
