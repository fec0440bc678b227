#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/data/image_file.h"

namespace pawprint {

// The whole marker segments of a JPEG file that a changed, upright copy of size `size` keeps, each with its marker:
// ICC profile, if it is for `channels` (1 or 3), and EXIF as upright_exif gives it.
struct JpegSegment {
  int marker;           // 0xe1: APP1
  std::string payload;  // at most 65,533 bytes
};
std::vector<JpegSegment> kept_segments(std::string_view source, const ImageSize& size, int channels);

// The picture file `picture` with the color profile and EXIF data of `source`, a file of the same format: PNG (also
// gamma and primaries, and pixels a metre), WebP or TIFF; or a PNG for the other formats. What says where the top is,
// is corrected: the picture is upright. XMP, text and previews stay behind. A profile for another number of channels
// than the picture has does, too.
//   channels: of the picture, without alpha: 1 or 3
std::string with_metadata_of(std::string picture, std::string_view source, const ImageSize& size, int channels);

// The file with nothing but its picture, if it is a PNG; else as it is.
std::string without_metadata(std::string_view source);

bool is_lossless_webp(std::string_view source);

// The ICC profile of a JPEG, PNG, WebP, TIFF, HEIC, AVIF or JPEG XL file; empty if there is none.
std::string color_profile(std::string_view source);

// The JPEG file with this color profile, right behind its first marker.
std::string jpeg_with_profile(std::string_view jpeg, std::string_view icc);

}  // namespace pawprint
