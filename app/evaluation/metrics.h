#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace pawprint {

// Of one class against the rest.
struct ClassFigures {
  int64_t support = 0;              // photos of the class
  int64_t predicted = 0;            // photos said to be of it
  std::optional<double> precision;  // of those said to be of it, the share that is; none without any
  std::optional<double> recall;     // of those that are of it, the share that is said to be; none without any
  double f1 = 0;                    // harmonic mean of both; 0 where none is right
};

// What a classifier's probabilities are worth on photos whose class is known.
struct Evaluation {
  int64_t count = 0;
  int64_t correct = 0;
  double accuracy = 0;
  double accuracy_low = 0, accuracy_high = 0;                  // 95 %, Wilson 1927
  double majority_baseline = 0;                                // accuracy of always saying the most frequent class
  std::vector<ClassFigures> per_class;                         // [C]
  double macro_precision = 0, macro_recall = 0, macro_f1 = 0;  // means over the classes that occur; a precision that
                                                               // does not exist counts as 0
  double log_loss = 0;                                         // mean -ln p(true class), p at least 1e-15
  std::optional<double> roc_auc;       // two classes: of the second; more: mean of one against the rest
  double ece = 0;                      // expected calibration error, 15 equal bins of the highest probability
  double brier = 0;                    // mean of sum_c (p_c - y_c)^2 / 2: the usual Brier score for two classes
  std::optional<double> challenge_12;  // share of 100,000 random 12-photo challenges without a mistake
  std::vector<std::vector<int64_t>> confusion;  // [C][C]: true class, predicted class
};

// probabilities [N*C], rows summing to 1; labels [N]; at least one photo. The highest probability decides, the first of
// equals. The seed is for the challenges.
Evaluation evaluate_predictions(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                                int64_t classes, uint64_t seed);

// confusion [C][C] -> [C]
std::vector<ClassFigures> class_figures(const std::vector<std::vector<int64_t>>& confusion);

// The index of the highest of `count` values, the first of equals.
int64_t argmax(const double* values, int64_t count);

// Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.
// Empty if there are no positives or no negatives.
std::optional<double> roc_auc(const std::vector<double>& scores, const std::vector<bool>& positive);

}  // namespace pawprint
