#pragma once

#include <opencv2/core/mat.hpp>
#include <string_view>

#include "app/data/image_file.h"

namespace pawprint {

// The photo as people see it: 8-bit RGB [H,W,3], EXIF orientation applied, transparency on white, 16-bit samples cut to
// their high byte, CMYK converted as Pillow does. Colour profiles are ignored, as torchvision does; so is the
// transparency of BMP, of grey TIFF and of a grey PNG's single transparent value, which OpenCV 4.6 does not give.
//   bytes: a whole JPEG, PNG, WebP, BMP or TIFF file, recognised by content
// Throws Unreadable with the reason.
cv::Mat decode_photo(std::string_view bytes, const DecodeOptions& options = {});

// The JPEG part of it, before orientation (libjpeg-turbo; accurate DCT and smooth chroma, as Pillow's defaults).
cv::Mat decode_jpeg(std::string_view bytes, const DecodeOptions& options);

}  // namespace pawprint
