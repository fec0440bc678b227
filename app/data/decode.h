#pragma once

#include <opencv2/core/mat.hpp>
#include <string_view>

#include "app/data/image_file.h"

namespace pawprint {

// The photo as people see it: 8-bit RGB [H,W,3], orientation applied (exif.h), transparency on white, samples of more
// than 8 bits cut to their high byte, fewer bits spread over 0..255, CMYK converted as Pillow does. Color profiles are
// ignored, as torchvision does; so is the transparency of BMP, whose fourth byte is mostly unused. Of a GIF the first
// frame, of a TIFF the first picture that is no thumbnail.
//   bytes: a whole JPEG, PNG, WebP, BMP, TIFF or GIF file, recognized by content
// Throws Unreadable with the reason. Prints nothing.
cv::Mat decode_photo(std::string_view bytes, const DecodeOptions& options = {});

// Whether scaled_short_px makes that picture smaller than it would be without.
bool is_decoded_smaller(std::string_view bytes, const DecodeOptions& options);

// The JPEG part of it, before orientation (libjpeg-turbo; accurate DCT and smooth chroma, as Pillow's defaults).
cv::Mat decode_jpeg(std::string_view bytes, const DecodeOptions& options);

}  // namespace pawprint
