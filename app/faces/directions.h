#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/faces/options.h"
#include "models/face_model.h"

namespace pawprint {

// Faces with an attribute, and without it, that a direction is learned from and measured on, at least.
constexpr int64_t kMinOfASide = 20, kMinHeldOutOfASide = 5;

// Faces and their codes: all of the same N faces.
struct CodedFaces {
  at::Tensor pixels;  // [N,S,S,3] uint8
  at::Tensor codes;   // [N,Z]
};

CodedFaces encode_faces(const Autoencoder& autoencoder, const at::Tensor& pixels, int64_t threads,
                        const Progress& progress);

struct DirectionRequest {
  std::string name;
  // logistic: changes least besides; mean: the difference of means, which goes further; auto: logistic, unless that
  // falls short and mean convinces more
  DirectionMethod method = DirectionMethod::kAuto;
  at::Tensor has;      // [N] bool
  at::Tensor balance;  // [N,K] bool: attributes whose share is made the same on both sides; may be undefined
  std::vector<std::string> balance_names;
  at::Tensor orthogonal_to;  // [M,Z] directions to stay at right angles to; may be undefined
  std::vector<std::string> orthogonal_names;
  AttributeClassifier classifier;
};

// The direction, where it changes faces, and how far strength 1 goes: the least multiple, up to 4, with which 98 % of
// up to 256 of the faces that do not have the attribute are taken for having it when edited (edit.h); where there is
// none, the one that convinces most.
FaceDirection make_direction(const Autoencoder& autoencoder, const CodedFaces& faces, const DirectionRequest& request,
                             int64_t threads);

// The attribute classifier's own output for attribute k of its last layer, had half of the faces had it.   has [N] bool
AttributeClassifier trained_classifier(const Autoencoder& autoencoder, int64_t k, const at::Tensor& has);

// One for an attribute the attribute classifier was not trained on: logistic regression on its features.
AttributeClassifier fit_attribute_classifier(const Autoencoder& autoencoder, const at::Tensor& pixels,
                                             const at::Tensor& has, int64_t threads);

// Above 0: taken for having the attribute.   faces [N,3,S,S] float32 0..1
at::Tensor classifier_logits(const Autoencoder& autoencoder, const AttributeClassifier& classifier,
                             const at::Tensor& faces);  // [N]

}  // namespace pawprint
