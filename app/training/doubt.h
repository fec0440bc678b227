#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/classifier.h"
#include "models/familiarity.h"
#include "models/source_classifier.h"

namespace pawprint {

// What a model says of photos on which it should not be believed.
class Doubt {
 public:
  // abstain: the accuracy that photos which are not marked shall have, as on the validation photos; none: no mark.
  // Throws Error if no confidence gave it.
  Doubt(const Classifier& classifier, std::optional<double> abstain);

  bool can_tell_unfamiliar() const { return source_.has_value(); }

  // One note a photo, empty where there is nothing to doubt:
  //   unsure           less confident than `abstain` asks for
  //   unfamiliar: wig  unlike the photos of the training; what the backbone's own classes make of it
  // features [R,D] of the plain views, confidences [R]
  std::vector<std::string> notes(const at::Tensor& features, const std::vector<double>& confidences) const;

 private:
  std::optional<SourceClassifier> source_;
  Familiarity familiarity_;
  double least_confidence_ = 0;
};

// What pawprint.json and metrics.json hold for it, from the features of training photos [N,D] and the probabilities of
// validation photos [M*C]: `abstention` and `familiarity`, null where the backbone cannot tell.
nlohmann::json describe_doubt(const Backbone& backbone, const at::Tensor& features,
                              const std::vector<double>& validation_probabilities,
                              const std::vector<int64_t>& validation_labels, int64_t classes);

}  // namespace pawprint
