#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/data/corrections.h"
#include "app/data/image_file.h"
#include "app/evaluation/prediction.h"

namespace pawprint {

// What a person said of a photo wins over the model: the class with probability 1 and the note `corrected`, or the note
// `left out`. Returns whether something was said of it.
//   corrections: with paths as predictions have them
bool correct_prediction(Prediction& prediction, const Corrections& corrections);

// The page of `classify --report`: the least certain photos first, unfamiliar ones apart, those that could not be read.
// Takes any number of photos; holds those it shows.
class ClassifyReport {
 public:
  static constexpr size_t kMaxPictures = 120;  // in each of the two galleries
  static constexpr size_t kMaxUnreadable = 50;

  explicit ClassifyReport(std::vector<std::string> class_names);

  void add(const Prediction& prediction);

  // A whole page, on which photos can be corrected. Reads the photos that it shows again; one that has gone is shown by
  // its name.
  std::string page(const DecodeOptions& decode, int64_t threads, const Progress& progress) const;

 private:
  struct Shown {
    std::string path;
    int64_t said = 0, second = -1;  // classes, the most probable first
    double p_said = 0, p_second = 0;
  };
  // The photos with the least difference of the two probabilities.
  struct LeastCertain {
    std::multimap<double, Shown> photos;
    int64_t count = 0;  // with those that are not held
  };

  std::vector<std::string> class_names_;
  std::vector<int64_t> of_class_;
  LeastCertain familiar_, unfamiliar_;
  std::vector<std::pair<std::string, std::string>> unreadable_;  // the first, with reasons
  int64_t count_ = 0, unreadable_count_ = 0, corrected_ = 0, left_out_ = 0;

  friend class ClassifyPage;
};

}  // namespace pawprint
