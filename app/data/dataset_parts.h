// The parts that a folder is divided into, by its sub-folders' names. For app/data/dataset_layout.cpp.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/data/split_names.h"

namespace pawprint {

struct PartFolders {
  std::map<Part, std::filesystem::path> of;
  std::vector<std::filesystem::path> left_alone;  // photos in folders that are no part
  bool classes_beside = false;                    // those are the training photos' classes: cats/, dogs/, test/
};

// How the photos of a folder are labeled, as far as parts are to be told from classes.
enum class PartForm { kNone, kFolders, kNames, kTable };

// filled: the folders of `data` that have photos
// form: of one of them
// class_folders: the names of a folder's sub-folders with photos
// nullopt if they are no parts. Throws Error, with the candidates, for what may be parts or classes.
std::optional<PartFolders> find_parts(
    const std::filesystem::path& data, const std::vector<std::filesystem::path>& filled,
    const std::function<PartForm(const std::filesystem::path&, Part)>& form,
    const std::function<std::vector<std::string>(const std::filesystem::path&)>& class_folders);

// cats/, dogs/ below train/: 'cats', 'dogs'. For messages.
std::string folder_names(const std::vector<std::filesystem::path>& folders);

}  // namespace pawprint
