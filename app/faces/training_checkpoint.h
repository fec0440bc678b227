#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/faces/face_pictures.h"
#include "app/faces/options.h"

namespace pawprint {

// How an epoch went; means over its faces.
struct EpochFacts {
  int64_t epoch = 0, epochs = 0;  // from 1; 0 while the number is still measured
  double psnr_db = 0;             // of what codes with noise are decoded to
  double kl_nats = 0;
  double classifier_loss = 0;   // cross-entropy of an attribute; 0 without any
  double held_out_psnr_db = 0;  // of the averaged weights, codes without noise
  double seconds = 0;
};
nlohmann::json to_json(const EpochFacts& facts);

// What there is of a training, in a checksummed archive that is written whole or not at all.
struct TrainingCheckpoint {
  std::vector<EpochFacts> epochs;
  std::string precision;  // fp32 or bf16
  int64_t wanted = 0;     // epochs in all; 0: not known yet
  at::Tensor state;       // of FusedAdam

  void save(const std::filesystem::path& path, const nlohmann::json& conditions) const;
  // Throws Error if there is none, or one of a training under other conditions.
  static TrainingCheckpoint load(const std::filesystem::path& path, const nlohmann::json& conditions);
};

// What the options say of how training goes; stored in faces.json too.
nlohmann::json training_settings(const FaceTrainingOptions& options);

// All that a continued training must share with the one that was begun: the pictures and the settings.
nlohmann::json training_conditions(const FacePictures& pictures, const FaceTrainingOptions& options);

}  // namespace pawprint
