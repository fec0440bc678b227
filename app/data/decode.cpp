#include "app/data/decode.h"

#include <opencv2/core.hpp>

#include "app/data/decode_parts.h"
#include "app/data/exif.h"

namespace pawprint {

namespace {

cv::Mat decode_stored(std::string_view bytes, ImageFormat format, const DecodeOptions& options) {
  switch (format) {
    case ImageFormat::kJpeg:
      return decode_jpeg(bytes, options);
    case ImageFormat::kPng:
      return decode_png(bytes, options);
    case ImageFormat::kWebp:
      return decode_webp(bytes, options);
    case ImageFormat::kBmp:
      return decode_bmp(bytes, options);
    case ImageFormat::kTiff:
      return decode_tiff(bytes, options);
    case ImageFormat::kGif:
      return decode_gif(bytes, options);
    case ImageFormat::kRaw:
      throw Unreadable(raw_reason(std::string_view()));
    case ImageFormat::kHeic:
    case ImageFormat::kAvif:
    case ImageFormat::kJpeg2000:
    case ImageFormat::kJpegXl:
      throw Unreadable(std::string(format_name(format)) + " is not read; convert it to JPEG");
    case ImageFormat::kUnknown:
      break;
  }
  throw Unreadable("not a JPEG, PNG, WebP, BMP, TIFF or GIF image");
}

// EXIF 2.3, 4.6.4 A: where the stored picture's first row and column lie in the picture as seen.
cv::Mat upright(const cv::Mat& image, int orientation) {
  cv::Mat out = image;
  if (orientation >= 5) cv::transpose(image, out);
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  if (!flip_x && !flip_y) return out;
  cv::Mat flipped;
  cv::flip(out, flipped, flip_x && flip_y ? -1 : flip_x ? 1 : 0);
  return flipped;
}

}  // namespace

cv::Mat decode_photo(std::string_view bytes, const DecodeOptions& options) {
  const ImageFormat format = image_format(bytes);
  const cv::Mat stored = decode_stored(bytes, format, options);
  return upright(stored, read_photo_info(bytes, format).orientation);
}

}  // namespace pawprint
