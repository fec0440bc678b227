#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/data/image_file.h"

namespace pawprint {

// Where programs put what a photo says about itself, each in the order in which it counts.
struct PhotoMetadata {
  std::vector<std::string> exif;  // TIFF structures, without the `Exif` in front
  std::vector<std::string> xmp;   // RDF in XML
};

// What zlib packed, at most 16 MB of it; as far as it is whole.
std::string inflated(std::string_view data);

// The EXIF structure in the form of HEIC, AVIF and JPEG XL: the offset of its beginning comes first, in four bytes.
// Empty if it is none.
std::string exif_of_block(std::string_view block);

// Whether a HEIC or AVIF says with boxes of its own that it is turned or mirrored (ISO/IEC 23008-12, 6.5.10
// and 6.5.12).
bool has_turning_boxes(std::string_view bytes);

// JPEG: APP1 segments, wherever they are before the picture, also after stray bytes. PNG: eXIf, `Raw profile type
// exif` or `APP1` (ImageMagick's), `XML:com.adobe.xmp`; compressed or not, before or after the picture. WebP: the
// chunks EXIF and XMP. HEIC, AVIF, JPEG XL: EXIF alone. Nothing of a TIFF, which is such a structure itself, and of
// other formats. At most 16 MB of each. Never throws.
PhotoMetadata photo_metadata(std::string_view bytes, ImageFormat format);

}  // namespace pawprint
