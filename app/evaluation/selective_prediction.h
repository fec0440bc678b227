#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace pawprint {

// Answering only what one is sure of: of the validation photos `answered` have a highest probability of at least
// `confidence`, and `wrong` of these are wrong.
struct SelectivePoint {
  double confidence = 0;
  int64_t answered = 0, wrong = 0;
};

// What validation photos say of all thresholds.
struct SelectiveCurve {
  int64_t photos = 0;
  std::vector<SelectivePoint> points;  // confidence falls; at most 1,000, evenly spread over the photos
};

// probabilities [N*C], rows summing to 1; labels [N]; at least one photo
SelectiveCurve selective_curve(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                               int64_t classes);

// P(at most `wrong` of `answered` are wrong) if each is with probability `error`.
double binomial_tail(int64_t wrong, int64_t answered, double error);

// The point that answers most of those for which the photos prove, with 95 % confidence over their draw, that what is
// answered is right in at least the share `accuracy` (0 < accuracy < 1); none if nothing is proven. Selection with
// guaranteed risk: Geifman and El-Yaniv 2017, arXiv:1705.08500; its binomial bound holds for one threshold, and instead
// of a bisection the thresholds are tested from the surest on, each test handing its share of the 5 % on to the next
// where it succeeds (the fallback procedure of Wiens and Dmitrienko 2005). Which ones are tested depends on N and
// accuracy alone.
std::optional<SelectivePoint> proven_point(const SelectiveCurve& curve, double accuracy);

// How many more validation photos it would take if they were answered as well as these; none if even the surest answers
// are not right often enough.
std::optional<int64_t> photos_missing(const SelectiveCurve& curve, double accuracy);

}  // namespace pawprint
