#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/backbone.h"
#include "models/head.h"

namespace pawprint {

// All that is needed to classify a file. Saved as a TorchScript module any LibTorch or Python program can load and
// call: normalized pixels [N,3,H,W] float32, of each backbone in turn -> logits [N,C] float32; probabilities are
// softmax(logits / temperature), for two classes too. Metadata is in its extra file pawprint.json.
struct Classifier {
  // One or several. Their configurations are those the head was trained with, or what --precision made of them.
  std::vector<Backbone> backbones;
  Head head;                             // on their features side by side
  std::vector<std::string> class_names;  // [C], bytewise
  double temperature = 1;                // Guo et al. 2017, arXiv:1706.04599
  nlohmann::json metadata;               // pawprint.json: metrics, counts, seed, when, and what is above
  at::Tensor feature_mean = {};          // [D] float32, of the training photos; undefined with one backbone

  // Throws Error for a file that is not one of ours, is damaged, or whose parts do not fit together.
  //   precision: see with_precision()
  static Classifier load(const std::filesystem::path& path, Device device = Device::kCpu,
                         Precision precision = Precision::kAuto);

  // Of all backbones' features [...,D], those of one.
  at::Tensor features_of(size_t backbone, const at::Tensor& features) const;

  // features [N,D] -> probabilities [N,C], row-major, in double precision
  std::vector<double> probabilities(const at::Tensor& features) const;
};

// The networks of a file: those of a model of ours (or of its folder), as they were trained with, or else the backbone
// that it is. Throws Error.   image_size_px: see Backbone::load; of a plain backbone
std::vector<Backbone> load_networks(const std::filesystem::path& path, Device device, int64_t image_size_px = 0);

// The bytes of its file. pawprint.json is classifier.metadata with the members above written over it.
std::string classifier_bytes(const Classifier& classifier);

// Writes the file whole or not at all.
void save_classifier(const Classifier& classifier, const std::filesystem::path& path);

// logits [N,C] float32 -> softmax(logits / temperature) [N*C]. Throws Error where they are not finite.
std::vector<double> to_probabilities(const at::Tensor& logits, double temperature);

}  // namespace pawprint
