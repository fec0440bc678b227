#pragma once

#include <string>
#include <vector>

#include "app/data/progress.h"
#include "app/faces/options.h"

namespace pawprint {

struct EditedFiles {
  int64_t photos = 0, faces = 0;      // edited
  std::vector<std::string> problems;  // of photos that were not: `"a.jpg": no face found`
};

// Edits photos into a folder: those named by their names, those of a folder by their paths in it; format and size as
// they were. Photos are decoded as everywhere (upright, on white, 8 bits a channel), so metadata stays behind.
// Throws Error before anything is written if two results would have one name, or if one would replace its photo.
EditedFiles edit_files(const FaceEditOptions& options, const MakeProgress& progress);

}  // namespace pawprint
