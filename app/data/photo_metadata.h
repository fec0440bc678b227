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

// The EXIF structure in the form of HEIC, AVIF and JPEG XL: the offset of its beginning comes first, in four bytes. Empty
// if it is none.
std::string exif_of_block(std::string_view block);

// JPEG: APP1 segments, wherever they are before the picture, also after stray bytes. PNG: eXIf, `Raw profile type
// exif` or `APP1` (ImageMagick's), `XML:com.adobe.xmp`; compressed or not, before or after the picture. WebP: the
// chunks EXIF and XMP. HEIC, AVIF, JPEG XL: EXIF alone. Nothing of a TIFF, which is such a structure itself, and of other formats. At most 16 MB of
// each. Never throws.
PhotoMetadata photo_metadata(std::string_view bytes, ImageFormat format);

}  // namespace pawprint
