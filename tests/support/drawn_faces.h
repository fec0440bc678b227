#pragma once

#include <torch/types.h>

#include <algorithm>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <string>

#include "app/drawing/faces.h"
#include "app/faces/face_pictures.h"
#include "models/face_model.h"
#include "tests/support/faces.h"

namespace pawprint::testing {

// `count` drawn faces with all that is said of them, as if read from files.   traits(i) of the i-th
inline FacePictures drawn_faces(int64_t count, int64_t size_px, const std::function<FaceTraits(int64_t)>& traits_of) {
  const auto& drawn = face_attributes();
  FacePictures pictures;
  pictures.pixels = at::empty({count, size_px, size_px, 3}, at::kByte);
  pictures.attributes = at::zeros({count, static_cast<int64_t>(drawn.size())}, at::kBool);
  for (const auto& attribute : drawn) pictures.attribute_names.emplace_back(attribute.name);
  for (int64_t i = 0; i < count; ++i) {
    const auto traits = traits_of(i);
    cv::Mat rgb;
    cv::cvtColor(draw_face(traits), rgb, cv::COLOR_BGR2RGB);
    cv::resize(rgb, rgb, {static_cast<int>(size_px), static_cast<int>(size_px)}, 0, 0, cv::INTER_AREA);
    std::copy_n(rgb.data, size_px * size_px * 3, pictures.pixels[i].data_ptr<uint8_t>());
    for (size_t k = 0; k < drawn.size(); ++k) pictures.attributes[i][static_cast<int64_t>(k)] = drawn[k].has(traits);
    pictures.paths.emplace_back(std::to_string(i));
    pictures.content.push_back(sha256(std::to_string(i)));
  }
  return pictures;
}

inline FacePictures drawn_faces(int64_t count, int64_t size_px) {
  return drawn_faces(count, size_px, [](int64_t i) { return face_traits(1, i); });
}

// Of 32 px and 32 codes, with random weights and a classifier of `attributes`.
inline FaceModel untrained_model(const std::vector<std::string>& attributes = {}) {
  const AutoencoderShape shape{32, 32, 16, static_cast<int64_t>(attributes.size())};
  return {Autoencoder(shape, 1),
          attributes,
          {},
          {at::zeros({32}), at::eye(32)},
          at::zeros({2, 32}),
          {{"crop", nullptr}, {"eyes", nullptr}},
          {{"share", kHeldOutShare}, {"sha256", nlohmann::json::array()}},
          nlohmann::json::object()};
}

// Along the first code; its classifier finds the attribute in every picture.
inline FaceDirection some_direction(const FaceModel& model, const std::string& name) {
  FaceDirection direction;
  direction.name = name;
  direction.direction = at::zeros({model.autoencoder.shape().latent_dim});
  direction.direction[0] = 1;
  direction.spread = 1;
  direction.mask = at::zeros({32, 32});
  direction.mask.narrow(0, 16, 16).fill_(1);
  direction.classifier = {at::zeros({model.autoencoder.classifier_features()}), 1};
  direction.facts = nlohmann::json::object();
  return direction;
}

}  // namespace pawprint::testing
