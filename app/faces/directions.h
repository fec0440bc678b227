#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/faces/options.h"
#include "models/face_model.h"

namespace pawprint {

// Faces with an attribute, and without it, that a direction is learned from and measured on, at least.
constexpr int64_t kLeastOfASide = 20, kLeastHeldOutOfASide = 5;

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
  at::Tensor remove;  // [M,Z] directions to stay at right angles to; may be undefined
  std::vector<std::string> remove_names;
  Judgement judgement;
};

// The direction, where it changes faces, and how far strength 1 goes: the least multiple, up to 4, with which 98 % of
// up to 256 of the faces that do not have the attribute are taken for having it when edited (edit.h); where there is
// none, the one that convinces most.
FaceDirection make_direction(const Autoencoder& autoencoder, const CodedFaces& faces, const DirectionRequest& request,
                             int64_t threads);

// The judge's own output for attribute k of its last layer, had half of the faces had it.   has [N] bool
Judgement trained_judgement(const Autoencoder& autoencoder, int64_t k, const at::Tensor& has);

// One for an attribute the judge was not trained on: logistic regression on its features.
Judgement fit_judgement(const Autoencoder& autoencoder, const at::Tensor& pixels, const at::Tensor& has,
                        int64_t threads);

// Above 0: taken for having the attribute.   faces [N,3,S,S] float32 0..1
at::Tensor judge_logits(const Autoencoder& autoencoder, const Judgement& judgement, const at::Tensor& faces);  // [N]

}  // namespace pawprint
