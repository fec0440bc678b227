// Curves behind the figures of metrics.h. The more points, the more photos: what draws them thins them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace pawprint {

struct CurvePoint {
  double x = 0, y = 0;
};

// Wilson's 95 % interval (1927) of a share that `count` cases showed; count >= 1.
std::pair<double, double> wilson_interval(double share, int64_t count);

// x: false positive rate, y: true positive rate, from (0,0) to (1,1); cases of equal score are one step. Empty if there
// are no positives or no negatives.
std::vector<CurvePoint> roc_curve(const std::vector<double>& scores, const std::vector<bool>& positive);

// x: recall, y: precision of what scores highest, for each score that occurs; x rises. Empty if there are no positives.
std::vector<CurvePoint> precision_recall_curve(const std::vector<double>& scores, const std::vector<bool>& positive);

// The mean precision, each step weighted by the recall it adds: the area under the points of the curve above, as steps.
double average_precision(const std::vector<CurvePoint>& precision_recall);

// The mean of curves whose x rises from 0 to 1, at 0, 0.01, ... 1; straight lines between the points of each.
std::vector<CurvePoint> mean_curve(const std::vector<std::vector<CurvePoint>>& curves);

// Photos whose highest probability lies in low..high.
struct ReliabilityBin {
  double low = 0, high = 0;
  int64_t count = 0;
  double confidence = 0;  // mean highest probability
  double accuracy = 0;    // share that is right
};

// 15 equal bins of 0..1, the empty ones too.   confidence [N]; right [N]
std::vector<ReliabilityBin> reliability_bins(const std::vector<double>& confidence, const std::vector<bool>& right);

// The mean gap between confidence and accuracy: the expected calibration error of Guo et al. 2017, arXiv:1706.04599.
double calibration_error(const std::vector<ReliabilityBin>& bins);

// How good the surest answers are if the others are left open.
struct AnsweredPoint {
  double share = 0;     // of the photos that are answered, 0 < share <= 1
  double accuracy = 0;  // on them
  double low = 0;       // 95 %, Wilson
  double high = 0;
  double threshold = 0;  // the least highest probability that is answered
};

// share rises; photos of equal confidence are one step. One point at least for one photo.
std::vector<AnsweredPoint> accuracy_of_answered(const std::vector<double>& confidence, const std::vector<bool>& right);

// Probabilities as they were before their logits were divided by `temperature`: softmax(temperature * ln p).
//   probabilities [N*C]
std::vector<double> without_temperature(std::vector<double> probabilities, int64_t classes, double temperature);

}  // namespace pawprint
