#pragma once

#include <string>
#include <string_view>

#include "app/data/image_file.h"

namespace pawprint {

// EXIF data for a changed and upright copy of its photo: orientation 1, width and height those of the copy, the
// thumbnail, which shows the photo as it was, blotted out. All else stays where it was, so that what a camera's maker
// wrote there in a form of its own stays whole.
//   exif: a TIFF structure, without `Exif` in front -> the same length; empty if it is none, or if
//         it is damaged so that some reader could still take the copy for a turned one
std::string upright_exif(std::string_view exif, const ImageSize& size);

// The TIFF file `tiff` (little-endian, one directory, as OpenCV writes them) with what the TIFF file `source` says of
// itself: camera, time, resolution, author, EXIF, GPS. Orientation is 1.
//   icc: the profile to put in; may be empty
std::string with_tags_of(std::string tiff, std::string_view source, std::string_view icc);

}  // namespace pawprint
