#include "models/classifier.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/base/version.h"
#include "models/checksummed_archive.h"

namespace pawprint {

namespace {

constexpr double kMinTemperature = 1e-3, kMaxTemperature = 1e3;

std::string attribute(size_t layer, const char* name) { return "head_" + std::to_string(layer) + "_" + name; }
std::string backbone_attribute(size_t k) { return k == 0 ? "backbone" : "backbone_" + std::to_string(k); }
constexpr char kFeatureMean[] = "feature_mean", kOtherBackbones[] = "other_backbones";

// def forward(self, x): the backbones, each with its pixels, then each layer, with ReLU between.
std::string forward_source(size_t backbones, size_t layers) {
  std::string pixels, features;
  for (size_t k = 0; k < backbones; ++k) {
    const std::string x = k == 0 ? "x" : "x_" + std::to_string(k);
    pixels += ", " + x;
    features += "torch.flatten(self." + backbone_attribute(k) + ".forward(" + x + "), 1), ";
  }
  std::string source = "def forward(self" + pixels + "):\n    h = torch.cat([" + features + "], 1)\n";
  for (size_t i = 0; i < layers; ++i) {
    if (i > 0) source += "    h = torch.relu(h)\n";
    source +=
        "    h = torch.addmm(self." + attribute(i, "bias") + ", h, torch.t(self." + attribute(i, "weight") + "))\n";
  }
  return source + "    return h\n";
}

c10::IValue read_attribute(const torch::jit::Module& module, const std::string& name, const std::string& subject) {
  if (!module.hasattr(name))
    throw Error(subject + ": expected a model with " + name + ", got one without; train it anew");
  return module.attr(name);
}

at::Tensor read_numbers(const torch::jit::Module& module, const std::string& name, int64_t dimensions,
                        const std::string& subject) {
  const at::Tensor tensor = read_attribute(module, name, subject).toTensor().detach();
  if (tensor.layout() != at::kStrided || tensor.scalar_type() != at::kFloat || tensor.dim() != dimensions ||
      tensor.numel() == 0 || !tensor.isfinite().all().item<bool>())
    throw Error(subject + ": expected " + name + " of finite float32 numbers in " + std::to_string(dimensions) +
                (dimensions == 1 ? " dimension" : " dimensions") + ", got something else; train the model anew");
  return tensor.contiguous();
}

Head read_head(const torch::jit::Module& module, const std::string& subject) {
  Head head;
  for (size_t i = 0; module.hasattr(attribute(i, "weight")); ++i) {
    const LinearLayer layer{read_numbers(module, attribute(i, "weight"), 2, subject),
                            read_numbers(module, attribute(i, "bias"), 1, subject)};
    if (layer.bias.size(0) != layer.weight.size(0) || (i > 0 && layer.weight.size(1) != head.classes()))
      throw Error(subject + ": expected layers of the head that fit together, got others; train the model anew");
    head.layers.push_back(layer);
  }
  if (head.layers.empty()) throw Error(subject + ": expected a classifier with a head, got none");
  return head;
}

// What pawprint.json says of a backbone: in front of all for the first, in a list for the others.
Backbone read_backbone(const torch::jit::Module& module, size_t k, const nlohmann::json& json, Device device,
                       Precision precision, const std::string& subject) {
  const PreprocessSpec spec = preprocess_from_json(json.at("preprocess"), subject);
  const auto config = inference_config_from_json(json.value("recipe", nlohmann::json()), subject);
  return Backbone(read_attribute(module, backbone_attribute(k), subject).toModule(), json.at("backbone"),
                  json.at("backbone").at("id").get<std::string>(), device, spec.crop_px)
      .with_preprocess(spec)
      .with_config(with_precision(config, precision, device));
}

std::vector<Backbone> read_backbones(const ChecksummedArchive& file, Device device, Precision precision,
                                     const std::string& subject) {
  std::vector<Backbone> backbones = {read_backbone(file.module, 0, file.metadata, device, precision, subject)};
  const auto others = file.metadata.find(kOtherBackbones);
  for (size_t k = 1; others != file.metadata.end() && k <= others->size(); ++k)
    backbones.push_back(read_backbone(file.module, k, others->at(k - 1), device, precision, subject));
  return backbones;
}

nlohmann::json json_of(const Backbone& backbone) {
  return {{"preprocess", to_json(backbone.preprocess())},
          {"backbone", backbone.description()},
          {"recipe", to_json(backbone.config())}};
}

void check_class_names(const std::vector<std::string>& names, const std::string& subject) {
  std::set<std::string_view> seen;
  for (const auto& name : names) {
    if (!is_folder_name(name) || !seen.insert(name).second)
      throw Error(subject + ": expected names of classes that do as folders, each once, got " +
                  in_quotes(cut_to(name, 80)) + "; train the model anew");
  }
}

}  // namespace

std::vector<double> to_probabilities(const at::Tensor& logits, double temperature) {
  const auto p = at::softmax(logits.to(at::kDouble) / temperature, 1).contiguous();
  if (!p.isfinite().all().item<bool>())
    throw Error("model: expected finite probabilities, got others; its head does not work: train it anew");
  return {p.data_ptr<double>(), p.data_ptr<double>() + p.numel()};
}

std::vector<double> Classifier::probabilities(const at::Tensor& features) const {
  return to_probabilities(head.forward(features), temperature);
}

at::Tensor Classifier::features_of(size_t backbone, const at::Tensor& features) const {
  int64_t begin = 0;
  for (size_t k = 0; k < backbone; ++k) begin += backbones[k].feature_dim();
  return features.narrow(-1, begin, backbones[backbone].feature_dim());
}

Classifier Classifier::load(const std::filesystem::path& path, Device device, Precision precision) {
  const std::string subject = in_quotes(path.native());
  const ChecksummedArchive file = load_archive(path, "pawprint.json");
  if (file.metadata.is_null())
    throw Error(subject + ": expected a model made by `pawprint finetune`, got another TorchScript file");
  try {
    const auto& json = file.metadata;
    Classifier classifier{read_backbones(file, device, precision, subject), read_head(file.module, subject),
                          json.at("classes").get<std::vector<std::string>>(), json.at("temperature").get<double>(),
                          json};
    const auto classes = static_cast<int64_t>(classifier.class_names.size());
    int64_t dim = 0;
    for (const auto& backbone : classifier.backbones) dim += backbone.feature_dim();
    if (classifier.head.classes() != classes || classifier.head.feature_dim() != dim)
      throw Error(subject + ": expected a head of " + std::to_string(dim) + " features and " + std::to_string(classes) +
                  " classes, got " + std::to_string(classifier.head.feature_dim()) + " and " +
                  std::to_string(classifier.head.classes()));
    if (classifier.backbones.size() > 1) {
      classifier.feature_mean = read_numbers(file.module, kFeatureMean, 1, subject);
      if (classifier.feature_mean.size(0) != dim)
        throw Error(subject + ": expected a mean of " + std::to_string(dim) + " features, got " +
                    std::to_string(classifier.feature_mean.size(0)) + "; train the model anew");
    }
    check_class_names(classifier.class_names, subject);
    if (!(classifier.temperature >= kMinTemperature && classifier.temperature <= kMaxTemperature))
      throw Error(subject + ": expected a temperature of 0.001 to 1000, got another; train the model anew");
    return classifier;
  } catch (const c10::Error&) {
    throw Error(subject + ": expected a backbone and a head, got a model without, or with other things in their place");
  } catch (const nlohmann::json::exception&) {
    throw Error(subject +
                ": expected pawprint.json with classes, temperature, preprocess and backbone, got something else");
  }
}

std::vector<Backbone> load_networks(const std::filesystem::path& path, Device device, int64_t image_size_px) {
  std::error_code error;
  const bool is_folder = std::filesystem::is_directory(path, error);
  std::ifstream file(is_folder ? path / "model.pt" : path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.find("/extra/pawprint.json") != bytes.npos) return Classifier::load(path, device).backbones;
  return {Backbone::load(path, device, image_size_px)};
}

std::string classifier_bytes(const Classifier& classifier) {
  torch::jit::Module module("pawprint_classifier");
  bool older_would_do = classifier.backbones.size() == 1, managed_color = false;
  for (size_t k = 0; k < classifier.backbones.size(); ++k) {
    module.register_module(backbone_attribute(k), classifier.backbones[k].module());
    older_would_do = older_would_do && classifier.backbones[k].preprocess().fit == Fit::kCrop;
    managed_color = managed_color || classifier.backbones[k].preprocess().managed_color;
  }
  if (classifier.feature_mean.defined()) module.register_buffer(kFeatureMean, classifier.feature_mean);
  nlohmann::json layers = nlohmann::json::array();
  for (size_t i = 0; i < classifier.head.layers.size(); ++i) {
    const auto& [weight, bias] = classifier.head.layers[i];
    module.register_buffer(attribute(i, "weight"), weight);
    module.register_buffer(attribute(i, "bias"), bias);
    layers.push_back({weight.size(1), weight.size(0)});
  }
  module.define(forward_source(classifier.backbones.size(), classifier.head.layers.size()));
  module.eval();
  nlohmann::json json = classifier.metadata;
  // By what an older pawprint would do: see one network only or crop (2), ignore color profiles (3).
  json["format"] = managed_color ? 3 : older_would_do ? 1 : 2;
  json["pawprint"] = full_version();
  json["classes"] = classifier.class_names;
  json["temperature"] = classifier.temperature;
  json.update(json_of(classifier.backbones.front()));
  json.erase(kOtherBackbones);
  for (size_t k = 1; k < classifier.backbones.size(); ++k)
    json[kOtherBackbones].push_back(json_of(classifier.backbones[k]));
  json["head"]["layers"] = layers;  // [inputs, outputs] of each
  return archive_bytes(module, json, "pawprint.json");
}

void save_classifier(const Classifier& classifier, const std::filesystem::path& path) {
  write_file(path, classifier_bytes(classifier));
}

}  // namespace pawprint
