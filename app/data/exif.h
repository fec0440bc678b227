#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/data/image_file.h"

namespace pawprint {

// What a photo says about itself, in EXIF 2.3.
struct PhotoInfo {
  int orientation = 1;              // 1..8 (4.6.4 A): 1 upright; of EXIF or else of XMP, as Pillow's exif_transpose;
                                    // 1 where the decoder turns
  std::optional<int64_t> taken_ms;  // since 1970 on the camera's own clock, never turned into another time zone:
                                    // DateTimeOriginal, else DateTimeDigitized, else DateTime, with SubSecTime
  std::string camera;               // make, model and the body's serial number, as far as stated; empty: not at all
};

//   bytes: the whole file, JPEG, PNG, WebP, TIFF, HEIC, AVIF, JPEG XL or raw; nothing is known of other formats
// Damaged, cut and hostile files give what could be read. Never throws.
PhotoInfo read_photo_info(std::string_view bytes, ImageFormat format);

}  // namespace pawprint
