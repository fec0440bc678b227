// The three ways in which photos of a folder say what they show. For app/data/dataset_layout.cpp.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/data/label_table.h"
#include "app/data/labeled_images.h"

namespace pawprint {

// What is in a folder itself, sorted bytewise.
struct FolderListing {
  std::vector<std::filesystem::path> folders;  // neither hidden nor a system's nor left out
  std::vector<std::filesystem::path> photos;
  std::vector<std::filesystem::path> tables;  // .csv, .tsv, .txt: they may be
  int64_t other_files = 0, raw_beside = 0;    // tables are other files, too
  int64_t system_folders = 0;
};

// Throws Error if it cannot be listed.
FolderListing list_folder(const std::filesystem::path& folder, const WalkOptions& how);

// Anywhere in it, or in what cannot be listed.
bool has_photos(const std::filesystem::path& folder, const WalkOptions& how);

// A class per folder, named as it is. Throws Error for one without photos.
//   data: where they are; what else is there is counted
LabeledImages from_folders(const std::filesystem::path& data, const std::vector<std::filesystem::path>& folders,
                           const WalkOptions& how);

// cat.0.jpg is a `cat`; everything under the folder.
LabeledImages from_names(const std::filesystem::path& data, const WalkOptions& how);

// The class that a photo's name tells, as cat.0.jpg does; empty if none.
std::string class_in_name(const std::filesystem::path& photo);

struct TableParts {
  LabeledImages training, validation, test;
};

// The photos of a table, for what its column or `part_of` (a photo's path) says they are. For validation and test rows
// without a class are passed over. Throws Error, with the line, for a photo that is not there or is listed twice.
TableParts from_table(const LabelTable& table, PhotoFinder& finder, const std::filesystem::path& data,
                      const WalkOptions& how, const std::function<Part(const std::filesystem::path&)>& part_of);

}  // namespace pawprint
