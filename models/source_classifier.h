#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "models/backbone.h"

namespace pawprint {

// The classifier that a backbone's source was trained with (of ImageNet's 1,000 classes), on features that are there
// already: nothing is computed twice.
class SourceClassifier {
 public:
  // None where the file has no classifier, or one that needs more than the pooled features (SqueezeNet's, VGG's).
  static std::optional<SourceClassifier> of(const Backbone& backbone);

  // features [N,D] float32 -> [N,K] float32, rows summing to 1. Any thread.
  at::Tensor probabilities(const at::Tensor& features) const;

  const std::vector<std::string>& class_names() const { return class_names_; }  // [K]

 private:
  SourceClassifier(const Backbone& backbone, std::vector<std::string> class_names)
      : backbone_(backbone), class_names_(std::move(class_names)) {}

  Backbone backbone_;
  std::vector<std::string> class_names_;
};

}  // namespace pawprint
