#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace pawprint {

// Arithmetic on the codes of an autoencoder. codes [N,Z] float32 and finite, on the CPU; a direction or a code [Z]; an
// attribute [N] bool, or integers 0 and 1. Error is thrown where lengths differ, where an attribute holds other
// numbers, and where a side is empty: no face has the attribute, or every face.

// Directions: what to add to a code so that its photo gains the attribute. At least one code of each side.

// Mean code of those who have it minus mean code of those who do not (Larsen et al. 2016, arXiv:1512.09300).
//   weights [N] float64: how much each code counts; undefined: all alike
at::Tensor attribute_direction(const at::Tensor& codes, const at::Tensor& has_attribute,
                               const at::Tensor& weights = {});

// Weights with which a direction leaves out what `others` [N,K], K <= 30, bring along. Codes with the same values of
// all the others make up a cell; of n with the attribute and m without, the first count m / (n + m) each and the second
// n / (n + m), so that both sides of each cell weigh the same (overlap weights: Li et al. 2018,
// doi:10.1080/01621459.2016.1260466). The weighted difference of means is the average of the cells' directions
// (White 2016, arXiv:1609.04468), each by how well it is known. [N] float64. Error if no cell has both sides.
at::Tensor balancing_weights(const at::Tensor& has_attribute, const at::Tensor& others);

// The part of `direction` at right angles to every row of `given` [K,Z], which may depend on each other.
// Error if less than a millionth of the length remains.
at::Tensor orthogonal_to(const at::Tensor& direction, const at::Tensor& given);

// Logistic regression: P(has | code) = sigma(<normal, code> + bias).
struct Separator {
  at::Tensor normal;  // [Z] to tell the sides apart
  double bias = 0;
  at::Tensor direction;  // [Z] to move codes
};

// Fitted on standardized codes x = (code - mean) / s: mean of ln(1 + exp(-y (<w,x> + bias))) + l2/2 |w|^2, l2 > 0; the
// mean, like that of attribute_direction, by the weights if there are any.
// normal = w / s, direction = w <normal, attribute_direction> / <normal, w>: strength 1 raises the separator's score as
// much as the means differ. Along w, because it lies between two extremes: the normal changes the code least, but most
// where codes hardly vary; s w changes it least in standard deviations, but in uncorrelated codes it is the difference
// of means again (Haufe et al. 2014, doi:10.1016/j.neuroimage.2013.10.067). Error if the means do not differ.
Separator logistic_separator(const at::Tensor& codes, const at::Tensor& has_attribute, double l2,
                             const at::Tensor& weights = {});

// A direction drawn evenly from all, as long as `like` [Z]: what an edit has to beat.
at::Tensor random_direction(const at::Tensor& like, uint64_t seed);

// Moving and mixing: codes are [Z] or [N,Z], and broadcast.

// codes + strength * direction
at::Tensor move(const at::Tensor& codes, const at::Tensor& direction, double strength);

// c + (b - a): a is to b as c is to the result.
at::Tensor analogy(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c);

// (1 - t) a + t b
at::Tensor lerp(const at::Tensor& a, const at::Tensor& b, double t);

// (sin((1-t) w) a + sin(t w) b) / sin w with w the angle between them (Shoemake 1985, doi:10.1145/325165.325242): keeps
// a usual distance from the origin, where a straight line comes too close to it. lerp where sin w < 1e-6 or a code is
// 0: parallel codes need no arc, opposite ones do not say which.
at::Tensor slerp(const at::Tensor& a, const at::Tensor& b, double t);

using Interpolation = at::Tensor (*)(const at::Tensor& a, const at::Tensor& b, double t);

// White's J-diagram: codes a, b, c [Z] at the top left, top right and bottom left, their analogy at the bottom right,
// in between first along the top and bottom rows, then down the columns -> [rows,columns,Z]; rows, columns >= 2.
at::Tensor j_diagram(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, int64_t rows, int64_t columns,
                     Interpolation between = lerp);

// A direction as a classifier.

// <code, direction> / |direction|^2 [N]: how many directions lie in the code; move() by s adds s.
// Error for a direction of zeros.
at::Tensor projection(const at::Tensor& codes, const at::Tensor& direction);

struct DirectionClassifier {
  double threshold = 0;          // has the attribute if projection >= threshold; the best balanced accuracy, at the
                                 // middle between two projections; the lowest of equals
  double balanced_accuracy = 0;  // mean of the shares found on the two sides, at the threshold; at least 1/2
  double accuracy = 0;           // at the threshold
  double auc = 0;                // area under the ROC curve, ties counting half
  double spread = 0;             // standard deviation of all projections (N - 1)
};

// Optimistic where codes are those that the direction or the threshold was fitted on.
DirectionClassifier direction_classifier(const at::Tensor& codes, const at::Tensor& has_attribute,
                                         const at::Tensor& direction);

// What a direction is worth: (codes, has_attribute) -> the more the better. It fits the direction anew on what it is
// given: a direction tested on the codes it came from looks good for permuted labels, too.
using DirectionStatistic = std::function<double(const at::Tensor& codes, const at::Tensor& has_attribute)>;

// How often chance does as well: (1 + permutations of the labels at least as good) / (1 + permutations), at least one
// permutation (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585).
double permutation_p_value(const at::Tensor& codes, const at::Tensor& has_attribute,
                           const DirectionStatistic& statistic, int64_t permutations, uint64_t seed);

// The cloud of codes.

struct CodeStatistics {
  at::Tensor mean;        // [Z] float32
  at::Tensor covariance;  // [Z,Z] float32, divided by N - 1
};

CodeStatistics code_statistics(const at::Tensor& codes);  // Error for fewer than two codes

// Normal draws [count,Z]; code i depends on seed and i only. The covariance may be singular; Error if it is not
// symmetric, or if an eigenvalue is below -1e-4 times the largest.
at::Tensor sample_codes(const CodeStatistics& statistics, int64_t count, uint64_t seed);

}  // namespace pawprint
