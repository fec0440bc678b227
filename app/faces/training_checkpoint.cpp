#include "app/faces/training_checkpoint.h"

#include <torch/script.h>

#include "models/base/error.h"
#include "models/checksummed_archive.h"

namespace pawprint {

namespace {

constexpr char kEntry[] = "pawprint.json";

EpochFacts epoch_from_json(const nlohmann::json& json) {
  return {json.at("epoch"),      json.at("epochs"),           json.at("psnr_db"), json.at("kl_nats"),
          json.at("judge_loss"), json.at("held_out_psnr_db"), json.at("seconds")};
}

}  // namespace

nlohmann::json to_json(const EpochFacts& facts) {
  return {{"epoch", facts.epoch},
          {"epochs", facts.epochs},
          {"psnr_db", facts.psnr_db},
          {"kl_nats", facts.kl_nats},
          {"judge_loss", facts.classifier_loss},
          {"held_out_psnr_db", facts.held_out_psnr_db},
          {"seconds", facts.seconds}};
}

void TrainingCheckpoint::save(const std::filesystem::path& path, const nlohmann::json& conditions) const {
  torch::jit::Module module("pawprint_checkpoint");
  module.register_buffer("state", state);
  nlohmann::json json = {{"format", 1},
                         {"valid_for", conditions},
                         {"precision", precision},
                         {"epochs", wanted},
                         {"done", nlohmann::json::array()}};
  for (const auto& facts : epochs) json["done"].push_back(to_json(facts));
  save_archive(module, json, kEntry, path);
}

TrainingCheckpoint TrainingCheckpoint::load(const std::filesystem::path& path, const nlohmann::json& conditions) {
  const std::string subject = in_quotes(path.native());
  if (!std::filesystem::exists(path))
    throw Error(subject + ": expected the state of a training to continue, got none; leave out --resume");
  const auto file = load_archive(path, kEntry);
  const auto& json = file.metadata;
  if (!json.is_object() || !json.contains("valid_for") || !file.module.hasattr("state"))
    throw Error(subject + ": expected the state of a training, got another file");
  for (const auto& [key, value] : conditions.items()) {
    const auto stored = json["valid_for"].value(key, nlohmann::json());
    if (stored != value)
      throw Error(subject + ": expected a training with the same " + key + " (" + value.dump().substr(0, 60) +
                  "), got " + stored.dump().substr(0, 60) + "; repeat the first command, or leave out --resume");
  }
  TrainingCheckpoint checkpoint{{}, json.at("precision"), json.at("epochs"), file.module.attr("state").toTensor()};
  for (const auto& facts : json.at("done")) checkpoint.epochs.push_back(epoch_from_json(facts));
  return checkpoint;
}

nlohmann::json training_settings(const FaceTrainingOptions& options) {
  const auto& loss = options.loss;
  return {{"batch", options.batch},      {"learning_rate", options.learning_rate},
          {"seed", options.seed},        {"beta", loss.beta},
          {"free_bits", loss.free_bits}, {"absolute", loss.l1},
          {"structural", loss.ssim},     {"perceptual", loss.perceptual}};
}

nlohmann::json training_conditions(const FacePictures& pictures, const FaceTrainingOptions& options) {
  Sha256Stream content;
  for (const auto& hash : pictures.content) content.add(hash.bytes.data(), hash.bytes.size());
  const auto attributes = pictures.attributes.contiguous();
  content.add(attributes.data_ptr<bool>(), static_cast<size_t>(attributes.numel()));
  auto conditions = training_settings(options);
  conditions["pictures"] = content.finish().hex();
  conditions["attributes"] = pictures.attribute_names;
  conditions["size"] = options.size_px;
  conditions["codes"] = options.latent_dim;
  conditions["width"] = options.width;
  return conditions;
}

}  // namespace pawprint
