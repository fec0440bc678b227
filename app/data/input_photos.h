#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/base/progress.h"

namespace pawprint {

// A photo that the command line names, by itself or with its folder.
struct InputPhoto {
  std::filesystem::path path;
  std::filesystem::path name;  // of a folder's photo: from that folder on
  std::string problem;         // why a folder could not be listed; empty for a photo
};

// In the order they are named, folders walked (app/data/photo_paths.h). Raw files are left out.
//   limit: so many of them, drawn by the seed, in their order; 0: all
//   say: what each folder is, and how many raw files and folders of a system are left out
// Throws Error if there is none.
std::vector<InputPhoto> input_photos(const std::vector<std::filesystem::path>& paths, int64_t limit, uint64_t seed,
                                     const Say& say);

// Throws Error if `out` is there and is not an empty folder.
void require_new_folder(const std::filesystem::path& out);

}  // namespace pawprint
