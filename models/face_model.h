#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/autoencoder.h"
#include "models/latent.h"

namespace pawprint {

// A logistic classifier on the attribute classifier's features: P(has) = sigma(<weight, features> + bias).
struct AttributeClassifier {
  at::Tensor weight;  // [F] float32
  double bias = 0;    // without the attribute's share in the training data: both sides count the same
};

// What can be added to a face.
struct FaceDirection {
  std::string name;                // `Smiling`
  at::Tensor direction;            // [Z] float32
  double strength = 1;             // strength 1 of an edit moves by this multiple of the direction
  double spread = 0;               // standard deviation of the training codes along it, in multiples of it
  at::Tensor mask;                 // [S,S] float32 0..1: where it changes a face
  AttributeClassifier classifier;  // who has it, by the pixels
  nlohmann::json facts;            // how it was made and what it is worth
};

// All that faces.pt holds.
struct FaceModel {
  Autoencoder autoencoder;
  std::vector<std::string> attributes;    // [A] the attribute classifier's outputs
  std::vector<FaceDirection> directions;  // names are unique
  CodeStatistics codes;                   // of the training faces
  at::Tensor gallery;                     // [G,Z] codes sampled at random
  nlohmann::json alignment;               // {"crop": ..., "eyes": ...}, each null if there is none
  nlohmann::json held_out;                // which pictures were never trained on
  nlohmann::json training;                // facts

  // Throws Error naming those there are.
  const FaceDirection& direction(const std::string& name) const;

  // Throws Error: another file, damaged, of a newer format, or parts that do not fit each other.
  static FaceModel load(const std::filesystem::path& path);
  // A checksummed archive (a TorchScript file) with the extra file faces.json. Weights are rounded to float16. Throws
  // Error.
  void save(const std::filesystem::path& path) const;
};

}  // namespace pawprint
