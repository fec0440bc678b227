#pragma once

#include <optional>
#include <vector>

#include "app/training/fit_head.h"

namespace pawprint {

// Heads fitted on `photos` of the training photos.
struct LearningPoint {
  int64_t photos = 0;
  double accuracy = 0;       // on the validation photos, mean of the repeats
  double low = 0, high = 0;  // the least and the most of them
  int64_t repeats = 1;
};

// "Would more photos help?"
struct LearningCurve {
  std::vector<LearningPoint> points;   // 1/32, 1/16, ... 1/2 and all of the training photos, where there are enough
  double l2 = 0;                       // with all photos; n times as much with 1/n of them
  bool same_head = true;               // as the one that is validated; else logistic heads stand for it
  double gain = 0;                     // accuracy with all photos minus that with half of them
  double gain_low = 0, gain_high = 0;  // 95 %, by the validation photos and the repeats
};

// Logistic heads on nested parts of the training photos, each part with its share of every class. With few photos the
// accuracy depends on which, so small parts are drawn several times. The work is bounded: the larger the set, the
// fewer repeats and steps. Empty points if there are fewer than 16 photos, or 4 of each class.
//   fitted: by fit_head on `training`; if logistic, its head is the curve's last point
// The same for any number of threads.
LearningCurve learning_curve(const HeadRows& training, const HeadRows& validation, const FittedHead& fitted,
                             const HeadOptions& options);

nlohmann::json to_json(const LearningCurve& curve);  // null without points

}  // namespace pawprint
