#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "app/base/progress.h"
#include "app/data/labeled_images.h"

namespace pawprint {

// In the order they are named, folders walked (app/data/photo_paths.h), without labels. A folder's photo is drawn by
// its path from that folder on; what could not be listed has a problem. Raw files are left out.
//   limit: so many of them, drawn by the seed, in their order; 0: all
//   say: what each folder is, and how many folders of a system, and raw files beside their photos, are left out
// Throws Error if there is none.
std::vector<Photo> input_photos(const std::vector<std::filesystem::path>& paths, int64_t limit, uint64_t seed,
                                const Say& say);

// Throws Error if `out` is there and is not an empty folder.
void require_new_folder(const std::filesystem::path& out);

}  // namespace pawprint
