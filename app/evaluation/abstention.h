#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace pawprint {

// Answering only what one is sure of: of the photos whose highest probability is at least `confidence`, the share
// `accuracy` is right; they are the share `answered` of all.
struct AbstentionPoint {
  double confidence = 0, accuracy = 0, answered = 1;
};

// probabilities [N*C], rows summing to 1; labels [N]; at least one photo. The points worth choosing, from answering
// everything on: each has a higher accuracy than all that answer more.
std::vector<AbstentionPoint> abstention_points(const std::vector<double>& probabilities,
                                               const std::vector<int64_t>& labels, int64_t classes);

// The point that answers most with at least this accuracy; none if there is none.
std::optional<AbstentionPoint> point_for_accuracy(const std::vector<AbstentionPoint>& points, double accuracy);

}  // namespace pawprint
