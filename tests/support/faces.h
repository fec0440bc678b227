#pragma once

#include <torch/torch.h>

#include <string>

#include "app/faces/face_pictures.h"
#include "app/faces/options.h"
#include "models/autoencoder.h"

namespace pawprint::testing {

inline AutoencoderShape small_shape(int64_t attributes = 2) { return {32, 32, 16, attributes}; }

// Smooth blobs: [N,S,S,3] uint8, brightness and place differ; attribute `Bright` is true of every other one.
inline FacePictures blobs(int64_t count, int64_t size = 32) {
  FacePictures pictures;
  const auto place = (torch::arange(size) + 0.5) / static_cast<double>(size);
  std::vector<at::Tensor> all;
  for (int64_t i = 0; i < count; ++i) {
    const double x = 0.3 + 0.4 * static_cast<double>(i % 7) / 7, y = 0.3 + 0.4 * static_cast<double>(i % 5) / 5;
    const auto blob = torch::exp(-((place - x).square().unsqueeze(0) + (place - y).square().unsqueeze(1)) / 0.05);
    const auto gray = (i % 2 == 0 ? 0.3 : 0.6) + 0.3 * blob;
    all.push_back((gray.unsqueeze(2).expand({size, size, 3}) * 255).to(at::kByte));
    pictures.paths.push_back("blob" + std::to_string(i));
    pictures.content.push_back(sha256("blob" + std::to_string(i)));
  }
  pictures.pixels = torch::stack(all);
  pictures.attribute_names = {"Bright", "Left"};
  const auto number = torch::arange(count);
  pictures.attributes = torch::stack({number % 2 == 1, number % 7 < 4}, 1);
  return pictures;
}

inline FaceTrainingOptions quick_training(int64_t epochs) {
  FaceTrainingOptions options;
  options.size_px = options.latent_dim = 32;
  options.width = 16;
  options.epochs = epochs;
  options.precision = Precision::kFloat32;
  return options;
}

inline MakeProgress silent() {
  return [](const std::string&, const std::string&) { return Progress(); };
}

}  // namespace pawprint::testing
