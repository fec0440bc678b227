#pragma once

#include <cstdint>
#include <vector>

namespace pawprint {

// Is a photo of the kind a model was trained on? Distances between features say little about it; the classes that the
// backbone's source knows say much: a photo of cats or dogs is taken for some breed, a face for a wig. The score of a
// photo is the probability that the source's classifier puts on the classes the training photos use.
struct OodDetector {
  std::vector<int64_t> classes;  // of the source's, ascending: the fewest that carry 80 % of the training photos' mass
  double threshold = 0;          // a photo with a lower score is unfamiliar
};

}  // namespace pawprint
