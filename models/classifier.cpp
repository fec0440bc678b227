#include "models/classifier.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
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

// def forward(self, x): the backbone, then each layer, with ReLU between.
std::string forward_source(size_t layers) {
  std::string source = "def forward(self, x):\n    h = torch.flatten(self.backbone.forward(x), 1)\n";
  for (size_t i = 0; i < layers; ++i) {
    if (i > 0) source += "    h = torch.relu(h)\n";
    source +=
        "    h = torch.addmm(self." + attribute(i, "bias") + ", h, torch.t(self." + attribute(i, "weight") + "))\n";
  }
  return source + "    return h\n";
}

at::Tensor read_numbers(const torch::jit::Module& module, const std::string& name, int64_t dimensions,
                        const std::string& subject) {
  const at::Tensor tensor = module.attr(name).toTensor().detach();
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

Classifier Classifier::load(const std::filesystem::path& path, Device device, Precision precision) {
  const std::string subject = in_quotes(path.native());
  const ChecksummedArchive file = load_archive(path, "pawprint.json");
  if (file.metadata.is_null())
    throw Error(subject + ": expected a model made by `pawprint finetune`, got another TorchScript file");
  try {
    const auto& json = file.metadata;
    const PreprocessSpec spec = preprocess_from_json(json.at("preprocess"), subject);
    Classifier classifier{Backbone(file.module.attr("backbone").toModule(), json.at("backbone"),
                                   json.at("backbone").at("id").get<std::string>(), device, spec.crop_px),
                          read_head(file.module, subject),
                          json.at("classes").get<std::vector<std::string>>(),
                          json.at("temperature").get<double>(),
                          spec,
                          json};
    const auto classes = static_cast<int64_t>(classifier.class_names.size());
    if (classifier.head.classes() != classes || classifier.head.feature_dim() != classifier.backbone.feature_dim())
      throw Error(subject + ": expected a head of " + std::to_string(classifier.backbone.feature_dim()) +
                  " features and " + std::to_string(classes) + " classes, got " +
                  std::to_string(classifier.head.feature_dim()) + " and " + std::to_string(classifier.head.classes()));
    const auto config = inference_config_from_json(json.value("recipe", nlohmann::json()), subject);
    classifier.backbone = classifier.backbone.with_config(with_precision(config, precision, device));
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

std::string classifier_bytes(const Classifier& classifier) {
  torch::jit::Module module("pawprint_classifier");
  module.register_module("backbone", classifier.backbone.module());
  nlohmann::json layers = nlohmann::json::array();
  for (size_t i = 0; i < classifier.head.layers.size(); ++i) {
    const auto& [weight, bias] = classifier.head.layers[i];
    module.register_buffer(attribute(i, "weight"), weight);
    module.register_buffer(attribute(i, "bias"), bias);
    layers.push_back({weight.size(1), weight.size(0)});
  }
  module.define(forward_source(classifier.head.layers.size()));
  module.eval();
  nlohmann::json json = classifier.metadata;
  json["format"] = 1;
  json["pawprint"] = full_version();
  json["classes"] = classifier.class_names;
  json["temperature"] = classifier.temperature;
  json["preprocess"] = to_json(classifier.preprocess);
  json["backbone"] = classifier.backbone.description();
  json["recipe"] = to_json(classifier.backbone.config());
  json["head"]["layers"] = layers;  // [inputs, outputs] of each
  return archive_bytes(module, json, "pawprint.json");
}

void save_classifier(const Classifier& classifier, const std::filesystem::path& path) {
  write_file(path, classifier_bytes(classifier));
}

}  // namespace pawprint
