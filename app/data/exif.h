#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "app/data/image_file.h"

namespace pawprint {

// The tags of a TIFF structure's first directory that matter here. EXIF data is such a structure.
struct TiffTags {
  std::optional<uint32_t> width, height;  // tags 256 and 257
  int orientation = 1;                    // tag 274, 1..8 (EXIF 2.3, 4.6.4 A): 1 upright
  bool premultiplied = false;             // tag 338: 1, colours are multiplied by alpha already
};

// Damaged or cut structures give what could be read.
TiffTags read_tiff_tags(std::string_view tiff);

// The orientation that a photo's EXIF data states; 1 where there is none. Never throws.
//   bytes: the whole file, JPEG, PNG (eXIf chunk) or WebP (EXIF chunk)
int exif_orientation(std::string_view bytes, ImageFormat format);

}  // namespace pawprint
