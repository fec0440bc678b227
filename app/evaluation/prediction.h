#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pawprint {

// What is in a prediction's note: the first two with "; " between where both are said; one of the others where a person
// said what the photo shows, or that it is to be left out.
constexpr const char *kUnsure = "unsure", *kUnfamiliar = "unfamiliar", *kCorrected = "corrected",
                     *kLeftOut = "left out";

// What a classifier says of one file.
struct Prediction {
  std::string path;
  std::vector<double> probabilities;  // [C]; empty if the file could not be read
  std::string error = {};             // why it could not, or could not be put where it belongs; empty: all is well
  std::string note = {};              // why the answer should not be believed; empty: it may be
  std::string looks_like = {};        // of an unfamiliar photo: the nearest of the backbone's own classes
  std::vector<int64_t> set = {};      // classes of which one is the true one, as surely as was asked for
};

struct LabeledPrediction {
  Prediction prediction;
  int64_t label = 0;
};

}  // namespace pawprint
