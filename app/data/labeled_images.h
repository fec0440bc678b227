#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pawprint {

// Which photos there are and what they show; no pixels.
struct LabeledImages {
  std::vector<std::filesystem::path> paths;  // [N]; bytewise within a class
  std::vector<int64_t> labels;               // [N], 0 <= label < class_names.size()
  std::vector<std::string> class_names;      // [C], sorted bytewise, each usable as a folder's name
  int64_t ignored = 0;                       // files that are no photos
};

struct Dataset {
  LabeledImages training;
  std::optional<LabeledImages> validation;  // given by the user, same class names; otherwise drawn later
};

struct DatasetOptions {
  std::optional<std::filesystem::path> labels_csv;  // path,label; paths relative to the data folder
  bool labels_from_name = false;                    // Kaggle's flat form: cat.0.jpg is a `cat`
  std::filesystem::path leave_out = {};             // a folder that is no part of the data: where results go
};

// Reads one of the forms
//   DATA/CLASS/**                              a folder per class
//   DATA/train/CLASS/** and DATA/val/CLASS/**  the same, split by the user
//   DATA + labels_csv                          a table
//   DATA/CLASS.NUMBER.EXTENSION                with labels_from_name
// Throws Error for no class, an empty class, or class names that differ between train and val.
Dataset load_dataset(const std::filesystem::path& data, const DatasetOptions& options);

// The folder or table as one set, without looking for train and val.
LabeledImages load_labeled_images(const std::filesystem::path& data, const DatasetOptions& options);

// Another folder or table with the classes `names`, no more and no less. Throws Error.
LabeledImages load_validation(const std::filesystem::path& data, const DatasetOptions& options,
                              const std::vector<std::string>& names);

// Throws Error unless there are at least two classes with at least two photos each.
void check_trainable(const LabeledImages& images, const std::string& subject);

// Gives `images` the classes `names` in that order (those of a model, or of a training set).
//   renames: name in `images`, name in `names`
// Throws Error naming both lists if a class of `images` is not among `names`.
LabeledImages with_classes(const LabeledImages& images, const std::vector<std::string>& names,
                           const std::vector<std::pair<std::string, std::string>>& renames, const std::string& subject);

// 'a', 'b', 'c'; long lists are cut.
std::string listed(const std::vector<std::string>& names);

}  // namespace pawprint
