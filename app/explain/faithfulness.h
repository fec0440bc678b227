// Does a heat map tell the truth? What it calls salient is covered, and the network is asked again.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "app/explain/heat_map.h"

namespace pawprint {

// The probability of the map's class while the photo is covered place by place (Petsiuk et al. 2018, arXiv:1806.07421).
// The places are the cells of the map; what is covered is replaced by the photo, blurred beyond recognition, which
// unlike a plain color adds no new outlines.
struct DeletionInsertionCurves {
  std::vector<double> share;      // [K+1] of the seen part of the photo, 0 to 1, ascending
  std::vector<double> deletion;   // with that share covered, most salient first
  std::vector<double> insertion;  // with that share shown and the rest covered, most salient shown first
  std::vector<double> random;     // with that share covered, cells drawn at random, mean of some draws

  // The mean height: 0 to 1. Deletion's is small and insertion's large where the map is right.
  static double area(const std::vector<double>& share, const std::vector<double>& probability);
  double deletion_area() const { return area(share, deletion); }
  double insertion_area() const { return area(share, insertion); }
  double random_area() const { return area(share, random); }

  // How far the probability falls when the first step, a tenth, is covered.
  double salient_drop() const { return deletion[0] - deletion[1]; }
  double random_drop() const { return random[0] - random[1]; }
};

constexpr int64_t kDeletionSteps = 10;  // K
constexpr int64_t kRandomDraws = 3;

// 46 forward passes.   seed: of the random cells
DeletionInsertionCurves deletion_insertion_curves(const Classifier& classifier, const FittedPhoto& photo,
                                                  const HeatMap& map, uint64_t seed);

// The cells of a map, most salient first; those of equal heat in reading order.
std::vector<int64_t> most_salient_first(const HeatMap& map);

// The curves of several photos: their mean, and half the width of its 95 % confidence interval, for each share.
struct MeanCurve {
  std::vector<double> mean, margin;  // [K+1]
};
struct FaithfulnessSummary {
  int64_t photos = 0;
  std::vector<double> share;
  MeanCurve deletion, insertion, random;
  double deletion_area = 0, insertion_area = 0, random_area = 0;
  double salient_drop = 0, random_drop = 0;
  double deletion_half = 0, random_half = 0;  // share covered when half of the fall is over; 0: there is no fall
};
FaithfulnessSummary summarize(const std::vector<DeletionInsertionCurves>& photos);

}  // namespace pawprint
