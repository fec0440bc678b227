#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/data/labeled_images.h"
#include "app/training/features.h"
#include "app/training/fit_head.h"
#include "app/training/options.h"
#include "app/training/photo_groups.h"
#include "app/training/test_part.h"

namespace pawprint {

// Photos of a list that are not in the data.
struct ListNotFound {
  std::filesystem::path list;
  std::vector<std::string> photos;  // relative to the data folder
};

// Which photos there are, before any is opened: those of the validation set, where one is given, behind the others.
struct TrainingPhotos : LabeledImages {
  std::vector<ListNotFound> not_found = {};
};

// Finds them and takes options.limit of them, whatever options.exclude and options.relabel say. Throws Error if they
// cannot be trained on, or if none of a list's photos is among them.
TrainingPhotos find_photos(const FinetuneOptions& options);

// The labels that draws go by, of set.rows.
std::vector<int64_t> labels_drawn_by(const LabeledImages& images, const FeatureSet& set);

// Photos that cannot be read and that a list excludes are not missed. Throws Error, with the first reasons, if more
// than options.max_unreadable of the photos could not be read.
void check_unreadable(FeatureSet& set, const TrainingPhotos& images, const FinetuneOptions& options);

struct TrainValSplit {
  TestPart test;                       // held out from all of the following; empty unless asked for
  FeatureMatrix all;                   // what the last fit may learn from
  FeatureMatrix training, validation;  // share the memory of `all`; excluded photos are in validation only
  std::vector<Sha256> training_content, validation_content;
  std::vector<int64_t> training_photos, validation_photos;  // index into the photos; excluded validation photos last
  int64_t excluded_training = 0, excluded_validation = 0;
  int64_t relabeled_training = 0, relabeled_validation = 0;  // whose label a person corrected
  std::vector<int64_t> validation_labels_in_data;            // as they were before
  int64_t duplicates_left_out = 0;  // training photos left out because they are in the given validation set too
  int64_t relatives = 0;  // training photos of a group with photos in the given validation set: for the last fit only
  int64_t related_training = 0;  // the same where they are so many that they are trained on all the same
  PhotoGroups groups;            // `largest`: indices into the photos
  // The split by content alone, where it differs, as rows of `all`: its accuracy is the one that flatters.
  std::vector<int64_t> ungrouped_training, ungrouped_validation;
};

// The readable photos as rows for training and validation, split by group. Excluded photos take part in the draw, and
// corrected ones with the labels they had, so that the validation photos are the same with and without lists. Takes the
// features out of the set.
TrainValSplit split_train_val(const TrainingPhotos& images, FeatureSet& set, const FinetuneOptions& options,
                              const Progress& progress);

// SHA-256 over the contents of the photos, their classes and sides, in an order that names and places do not change:
// the same for the same photos anywhere. 64 digits.
std::string digest(const TrainValSplit& data, const std::vector<std::string>& class_names);

}  // namespace pawprint
