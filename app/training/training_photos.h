#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/data/labeled_images.h"
#include "app/training/features.h"
#include "app/training/fit_head.h"
#include "app/training/options.h"

namespace pawprint {

// Which photos there are, before any is opened: those of the validation set, where one is given, behind the others.
struct Photos {
  std::vector<std::filesystem::path> paths;
  std::vector<int64_t> labels;
  std::vector<bool> given_validation;
  std::vector<std::string> class_names;
  int64_t ignored = 0;
  int64_t excluded = 0;                // left out because a list says so
  std::vector<std::string> not_found;  // of that list, relative to the data folder
  bool has_validation = false;

  void append(const LabeledImages& images, bool validation) {
    paths.insert(paths.end(), images.paths.begin(), images.paths.end());
    labels.insert(labels.end(), images.labels.begin(), images.labels.end());
    given_validation.resize(paths.size(), validation);
    ignored += images.ignored;
  }
};

// Finds them, leaves out those of options.exclude and takes options.limit of the others. Throws Error if they cannot be
// trained on, or if none of the list's photos is among them.
Photos find_photos(const FinetuneOptions& options);

// Throws Error, with the first reasons, if more than options.max_unreadable of the photos could not be read.
void check_unreadable(const FeatureSet& set, const Photos& photos, const FinetuneOptions& options);

struct Divided {
  HeadRows all;                            // training rows, then validation rows
  HeadRows training, validation;           // share the memory of `all`
  std::vector<int64_t> validation_photos;  // index into Photos
  int64_t leaked = 0;  // training photos left out because they stand in the given validation set too
};

// The readable photos as rows for training and validation, split by content.
Divided divide(const Photos& photos, FeatureSet set, const FinetuneOptions& options);

// SHA-256 over the contents of the photos, their classes and sides, in an order that names and places do not change:
// the same for the same photos anywhere. 64 digits.
std::string digest(const Divided& data, const std::vector<std::string>& class_names);

}  // namespace pawprint
