#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/data/options.h"

namespace pawprint {

// A photo of a dataset, or one that the command line names.
struct Photo {
  std::filesystem::path path;
  int64_t label = 0;                          // of the dataset's classes; 0 where there are none
  std::string group = {};                     // of the patient, animal, place ...; empty: one of its own
  std::string name = {};                      // what it is drawn by, wherever its folder lies: `cats/1.jpg`
  bool validation = false;                    // of a validation part that was given
  bool excluded = false;                      // a list says not to train on it
  std::optional<int64_t> label_in_data = {};  // where a person corrected it
  std::string problem = {};                   // why it cannot be read, if that is known

  // What draws go by, so that who is validated on is the same with and without corrections.
  int64_t drawn_as() const { return label_in_data.value_or(label); }
};

// Which photos there are and what they show; no pixels.
struct LabeledImages {
  std::vector<Photo> photos;             // bytewise within a class
  std::vector<std::string> class_names;  // [C], sorted bytewise, in NFC, each usable as a folder's name
  int64_t ignored = 0;                   // files that are no photos
  int64_t raw_beside = 0;                // cameras' raw files beside their photos
  int64_t films = 0;                     // among the ignored files
  int64_t system_folders = 0;            // a NAS's thumbnails, bins ...: passed over
  std::string layout = {};               // what was taken for what, a line
  bool has_validation = false;           // there are photos of a validation part
  bool has_test = false;                 // there is a test part, whose photos are not among these
};

struct Dataset {
  LabeledImages training;                   // without classes if there is only a validation or a test part
  std::optional<LabeledImages> validation;  // given by the user, same class names; otherwise drawn later
  std::optional<LabeledImages> test;        // with class names of its own: for evaluate alone
  std::string layout;                       // what was taken for what, a line
};

// Tells what a folder is, and reads it:
//   DATA/CLASS/**                                    a folder per class
//   DATA/train/..., DATA/valid/..., DATA/test/...    parts, by any usual name (app/data/split_names.h); in each of them
//                                                    folders per class, names as cat.0.jpg, or a table in or beside it
//   DATA/train.csv, DATA/test.csv, DATA/labels.csv   tables of photos anywhere in DATA (app/data/label_table.h)
//   DATA + labels_csv                                a table; a column may say what is for validation and for test
//   DATA/CLASS.NUMBER.EXTENSION                      with labels_from_name
// A test part without labels is left alone, and `layout` says so. Throws Error for no class, an empty class, class
// names that differ between training and validation, photos that a table names and that are not there, and for what may
// be one thing or another, with the candidates.
Dataset load_dataset(const std::filesystem::path& data, const DatasetOptions& options);

// What a model is measured on: the test part, else the validation part, else all.
const LabeledImages& evaluation_part(const Dataset& dataset);
const char* evaluation_part_name(const Dataset& dataset);  // `test`, `validation`, `all`

// Another folder or table with the classes `names`, no more and no less: the validation part of a split, or all of it.
// Throws Error.
LabeledImages load_validation(const std::filesystem::path& data, const DatasetOptions& options,
                              const std::vector<std::string>& names);

// The photos to train on and, behind them, those of the validation part.
//   validation: another folder to take for it, or a table. Throws Error if there is none to train on.
LabeledImages load_training(const std::filesystem::path& data, const DatasetOptions& options,
                            const std::optional<std::filesystem::path>& validation);

// `limit` of the photos in their order, of each class and part its share; 0: all. Depends on the seed and on each
// photo's name alone.
std::vector<Photo> draw_photos(std::vector<Photo> photos, int64_t limit, uint64_t seed);

std::vector<std::filesystem::path> paths_of(const std::vector<Photo>& photos);

// Throws Error unless there are at least two classes with at least two photos each, those of a validation part and
// excluded ones aside.
void check_trainable(const LabeledImages& images, const std::string& subject);

// Gives `images` the classes `names` in that order (those of a model, or of a training set).
// Names are equal if they are so in Unicode's NFC, without blanks at the ends.
//   renames: name in `images`, name in `names`
// Throws Error naming both lists if a class of `images` is not among `names`.
LabeledImages with_classes(const LabeledImages& images, const std::vector<std::string>& names,
                           const std::vector<std::pair<std::string, std::string>>& renames, const std::string& subject);

// `; 2 system folders skipped; 1 raw file beside its photo; 3 films passed over`, or nothing.
std::string skipped_text(int64_t system_folders, int64_t raw_beside, int64_t films);

// 'a', 'b', 'c'; long lists are cut.
std::string listed(const std::vector<std::string>& names);

}  // namespace pawprint
