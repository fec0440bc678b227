#pragma once

#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/faces/options.h"

namespace pawprint {

struct EditedFiles {
  int64_t photos = 0, faces = 0;      // edited
  int64_t copied = 0;                 // photos in which every face has the attribute already
  std::vector<std::string> notes;     // of photos with such faces: `'a.jpg': 1 of 3 faces have Smiling already, ...`
  std::vector<std::string> problems;  // of photos that were not edited: `'a.jpg': no face found`
};

// Edits photos into a folder: those named by their names, those of a folder by their paths in it; format, size, color
// profile and EXIF data as they were (encode_photo.h). Without a strength, faces that the attribute classifier takes
// for having the attribute are left as they are; a photo with no other faces is copied. Throws Error before anything is
// written if two results would have one name, or if one would replace its photo.
EditedFiles edit_files(const FaceEditOptions& options, const MakeProgress& progress);

}  // namespace pawprint
