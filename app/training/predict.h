#pragma once

#include <functional>
#include <optional>

#include "app/data/photo_paths.h"
#include "app/evaluation/prediction.h"
#include "app/training/abstention.h"
#include "app/training/features.h"
#include "models/classifier.h"

namespace pawprint {

// A prediction for each photo that `next` names, to `sink` in the same order. Memory does not grow with their number,
// and none depends on the other photos, the batch or the threads. options.mirror and
// two_sizes average the logits of all views. Throws Error if a network does not take the second size.
//   abstention: writes the notes and sets; may be null
//   next: from one worker thread at a time; sink: on the calling thread
void predict_photos(const std::function<std::optional<FoundPhoto>()>& next, const Classifier& classifier,
                    const PhotoOptions& options, const Abstention* abstention,
                    const std::function<void(const Prediction&)>& sink);

// features [R,V,D] of photos -> probabilities [R*C], the logits of the views averaged
std::vector<double> view_probabilities(const at::Tensor& features, const Head& head, double temperature);

}  // namespace pawprint
