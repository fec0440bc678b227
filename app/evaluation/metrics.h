#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace pawprint {

// What a classifier's probabilities are worth on photos whose class is known.
struct Evaluation {
  int64_t count = 0;
  int64_t correct = 0;
  double accuracy = 0;
  double accuracy_low = 0, accuracy_high = 0;  // 95 %, Wilson 1927
  double balanced_accuracy = 0;                // mean recall of the classes that occur
  double log_loss = 0;                         // mean -ln p(true class), p at least 1e-15
  std::optional<double> roc_auc;               // two classes: of the second; more: mean of one against the rest
  double ece = 0;                              // expected calibration error, 15 equal bins of the highest probability
  double brier = 0;                            // mean of sum_c (p_c - y_c)^2 / 2: the usual Brier score for two classes
  std::optional<double> asirra_12;             // share of 100,000 random 12-photo challenges without a mistake
  std::vector<std::vector<int64_t>> confusion;  // [C][C]: true class, predicted class
};

// probabilities [N*C], rows summing to 1; labels [N]; at least one photo. The highest probability decides, the first of
// equals. The seed is for the challenges.
Evaluation evaluate_predictions(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                int64_t classes, uint64_t seed);

// The index of the highest of `count` values, the first of equals.
int64_t argmax(const double* values, int64_t count);

// Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.
// Empty if there are no positives or no negatives.
std::optional<double> roc_auc(const std::vector<double>& scores, const std::vector<bool>& positive);

}  // namespace pawprint
