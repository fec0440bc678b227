#include "models/face_model.h"

#include <torch/script.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "models/base/did_you_mean.h"
#include "models/base/error.h"
#include "models/checksummed_archive.h"

namespace pawprint {

namespace {

constexpr char kEntry[] = "faces.json";

// Six digits: more say nothing, and make the file three times as long.
double short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return std::strtod(text, nullptr);
}

nlohmann::json numbers(const at::Tensor& tensor) {
  nlohmann::json json = nlohmann::json::array();
  if (tensor.dim() > 1) {
    for (int64_t i = 0; i < tensor.size(0); ++i) json.push_back(numbers(tensor[i]));
    return json;
  }
  const auto flat = tensor.to(at::kFloat).contiguous();
  for (int64_t i = 0; i < flat.numel(); ++i) json.push_back(short_number(flat.data_ptr<float>()[i]));
  return json;
}

// Beyond that faces would be moved to pictures that are no numbers.
double number_from(const nlohmann::json& json) {
  constexpr double kMost = 1e4;
  const double value = json.get<double>();
  if (!(std::abs(value) <= kMost)) throw Error("expected numbers from -10000 to 10000, got " + json.dump());
  return value;
}

at::Tensor vector_from(const nlohmann::json& json, int64_t size) {
  auto values = json.get<std::vector<float>>();
  if (static_cast<int64_t>(values.size()) != size)
    throw Error("expected " + std::to_string(size) + " numbers, got " + std::to_string(values.size()));
  for (const auto& value : json) number_from(value);
  return torch::tensor(values);
}

at::Tensor rows_from(const nlohmann::json& json, int64_t columns) {
  std::vector<at::Tensor> rows;
  for (const auto& row : json) rows.push_back(vector_from(row, columns));
  return rows.empty() ? at::zeros({0, columns}) : at::stack(rows);
}

nlohmann::json mask_to_json(const at::Tensor& mask) {
  const auto steps = (mask * 255).round().to(at::kByte).flatten().contiguous();
  return std::vector<uint8_t>(steps.data_ptr<uint8_t>(), steps.data_ptr<uint8_t>() + steps.numel());
}

nlohmann::json to_json(const FaceDirection& direction) {
  return {{"name", direction.name},
          {"strength", short_number(direction.strength)},
          {"spread", short_number(direction.spread)},
          {"facts", direction.facts},
          {"direction", numbers(direction.direction)},
          {"mask", mask_to_json(direction.mask)},
          {"judgement",
           {{"bias", short_number(direction.classifier.bias)}, {"weight", numbers(direction.classifier.weight)}}}};
}

FaceDirection direction_from_json(const nlohmann::json& json, const Autoencoder& autoencoder) {
  const int64_t size = autoencoder.shape().size_px;
  FaceDirection direction;
  direction.name = json.at("name").get<std::string>();
  direction.strength = number_from(json.at("strength"));
  direction.spread = number_from(json.at("spread"));
  direction.facts = json.at("facts");
  direction.direction = vector_from(json.at("direction"), autoencoder.shape().latent_dim);
  direction.mask = vector_from(json.at("mask"), size * size).div(255).clamp(0, 1).view({size, size});
  direction.classifier = {vector_from(json.at("judgement").at("weight"), autoencoder.classifier_features()),
                          number_from(json.at("judgement").at("bias"))};
  return direction;
}

FaceModel from_file(const ChecksummedArchive& file, const std::string& subject) {
  const auto& json = file.metadata;
  AutoencoderShape shape{json.at("size"), json.at("codes"), json.at("width"),
                         static_cast<int64_t>(json.at("attributes").size())};
  shape.validate();
  FaceModel model{
      Autoencoder(file.module, shape, subject),
      json.at("attributes").get<std::vector<std::string>>(),
      {},
      {vector_from(json.at("code_mean"), shape.latent_dim), rows_from(json.at("code_covariance"), shape.latent_dim)},
      rows_from(json.at("gallery"), shape.latent_dim),
      json.at("alignment"),
      json.at("held_out"),
      json.at("training")};
  std::set<std::string> names;
  for (const auto& entry : json.at("directions")) {
    model.directions.push_back(direction_from_json(entry, model.autoencoder));
    if (!names.insert(model.directions.back().name).second) throw Error("expected directions of different names");
  }
  return model;
}

}  // namespace

const FaceDirection& FaceModel::direction(const std::string& name) const {
  std::string listed;
  std::vector<std::string> names;
  for (const auto& direction : directions) {
    if (direction.name == name) return direction;
    names.push_back(direction.name);
    listed += (listed.empty() ? "" : ", ") + direction.name;
  }
  const std::string meant = did_you_mean(name, names);
  throw Error("expected one of the attributes that this model can change (" + (listed.empty() ? "none" : listed) +
              "), got " + in_quotes(name) + (meant.empty() ? "; `pawprint faces direction` adds others" : meant));
}

FaceModel FaceModel::load(const std::filesystem::path& path) {
  const std::string subject = in_quotes(path.native());
  const ChecksummedArchive file = load_archive(path, kEntry);
  if (file.metadata.is_null())
    throw Error(subject + ": expected a model made by `pawprint faces train`, got another TorchScript file");
  try {
    return from_file(file, subject);
  } catch (const nlohmann::json::exception& error) {
    throw Error(subject +
                ": expected faces.json as `pawprint faces train` writes it, got something else: " + error.what());
  } catch (const c10::Error&) {
    throw Error(subject + ": expected the weights of an autoencoder, got a model with other things in their place");
  } catch (const std::runtime_error& error) {  // ours, which do not know the file's name
    throw Error(std::string(error.what()).starts_with(subject) ? error.what() : subject + ": " + error.what());
  }
}

void FaceModel::save(const std::filesystem::path& path) const {
  nlohmann::json json = {{"format", 1},
                         {"size", autoencoder.shape().size_px},
                         {"codes", autoencoder.shape().latent_dim},
                         {"width", autoencoder.shape().width},
                         {"attributes", attributes},
                         {"code_mean", numbers(codes.mean)},
                         {"code_covariance", numbers(codes.covariance)},
                         {"gallery", numbers(gallery)},
                         {"alignment", alignment},
                         {"held_out", held_out},
                         {"training", training},
                         {"directions", nlohmann::json::array()}};
  for (const auto& direction : directions) json["directions"].push_back(to_json(direction));
  torch::jit::Module weights = autoencoder.module().deepcopy();
  weights.to(at::kHalf);  // half of the size; training is over
  save_archive(weights, json, kEntry, path);
}

}  // namespace pawprint
