#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/classifier.h"
#include "models/ood_detector.h"
#include "models/source_classifier.h"

namespace pawprint {

// Why an answer should not be believed.
struct Note {
  std::string text;        // empty where it may be believed; `unsure`, `unfamiliar`, or `unsure; unfamiliar`
  std::string looks_like;  // of an unfamiliar photo: the most probable of the backbone's own classes
};

// The first of several networks that knows classes of its own, and which of all features are its.
struct Source {
  SourceClassifier classifier;
  int64_t begin = 0, count = 0;

  static std::optional<Source> of(const std::vector<Backbone>& backbones);
  at::Tensor probabilities(const at::Tensor& features) const;  // as SourceClassifier's, of all networks' [N,D]
};

// What a model says of photos on which it should not be believed.
class Abstention {
 public:
  // abstain: the accuracy that photos which are not marked have at least, with 95 % confidence over the draw of the
  //   validation photos; none: no mark
  // sets: the probability with which a photo's set of classes holds the true one; none: no sets
  // Throws Error where too few photos were known to promise it.
  Abstention(const Classifier& classifier, std::optional<double> abstain, std::optional<double> sets = {});

  bool detects_ood() const { return source_.has_value(); }

  // One note a photo:
  //   unsure      less confident than `abstain` asks for
  //   unfamiliar  unlike the photos of the training
  // features [R,D] of the plain views, confidences [R]
  std::vector<Note> notes(const at::Tensor& features, const std::vector<double>& confidences) const;

  // The classes that may be the true one, most probable first; empty if no sets were asked for.   p [C]
  std::vector<int64_t> set_of(const std::vector<double>& p) const;

 private:
  std::optional<Source> source_;
  OodDetector detector_;
  double min_confidence_ = 0;
  std::optional<double> set_threshold_;
};

// What is familiar, from the features of training photos [N,D]; none where no backbone can tell.
std::optional<OodDetector> find_ood_detector(const std::vector<Backbone>& backbones, const at::Tensor& features);

}  // namespace pawprint
