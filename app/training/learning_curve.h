#pragma once

#include "app/evaluation/training_run.h"
#include "app/training/fit_head.h"

namespace pawprint {

// Logistic heads on nested parts of the training photos, each part with its share of every class. With few photos the
// accuracy depends on which, so small parts are drawn several times. The work is bounded: the larger the set, the
// fewer repeats and steps. Empty points if there are fewer than 16 photos, or 4 of each class.
//   fitted: by fit_head on `training`; if logistic, its head is the curve's last point
// The same for any number of threads.
LearningCurve learning_curve(const FeatureMatrix& training, const FeatureMatrix& validation, const FittedHead& fitted,
                             const HeadOptions& options);

}  // namespace pawprint
