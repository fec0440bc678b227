#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "models/base/sha256.h"

namespace pawprint {

// Photos whose class a person has said.
struct LabeledRows {
  at::Tensor features;          // [M,D] float32
  std::vector<int64_t> labels;  // [M]
  std::vector<Sha256> content;  // [M]
  int64_t classes = 2;
};

// A logistic head that learns from some labels in milliseconds: it begins where it last ended. The penalty is
// strength / M, which suits few labels and many.
class LabelHead {
 public:
  static constexpr double kStrength = 3;

  // features [N,D]: what is standardized by, those of all photos, labeled or not
  void standardize(const at::Tensor& features);
  bool is_standardized() const { return mean_.defined(); }
  at::Tensor standardized(const at::Tensor& features) const;

  // Rows of at least two classes; else it says nothing.
  void fit(const LabeledRows& rows, double strength = kStrength);
  void forget() { theta_ = at::Tensor(); }
  bool is_fitted() const { return theta_.defined(); }

  // features [N,D] -> [N,C] float32. A class without labels is hardly ever said.
  at::Tensor probabilities(const at::Tensor& features) const;

 private:
  at::Tensor mean_, scale_;  // [D] float32
  at::Tensor theta_;         // as fit_logistic has it
};

// What five heads, each fitted without a fifth of the labels, say of it.
struct LabelCheck {
  double strength = LabelHead::kStrength;  // of a few, the one of the least log loss
  std::vector<double> probabilities;       // [M*C]
  bool better_than_chance = false;         // than always saying the most frequent class; by chance once in 20
};

// Takes seconds with thousands of labels.   tick: called now and then; may throw. Of fewer than 10 labels nothing is
// known: no probabilities.
LabelCheck cross_validate_labels(const LabelHead& head, const LabeledRows& rows, uint64_t seed,
                                 const std::function<void()>& tick);

}  // namespace pawprint
