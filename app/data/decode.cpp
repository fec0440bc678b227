#include "app/data/decode.h"

#include "app/data/carry_metadata.h"
#include "app/data/color.h"
#include "app/data/decode_parts.h"
#include "app/data/exif.h"
#include "app/data/raw_photo.h"

namespace pawprint {

namespace {

Unreadable without(ImageFormat format, std::string_view library) {
  return Unreadable(std::string(format_name(format)) + ": this pawprint was built without " + std::string(library) +
                    "; install one built with it, or convert the photo to JPEG");
}

// As decoders go: a TIFF that holds a sensor's data is a raw photo.
ImageFormat format_to_decode(std::string_view bytes) {
  const ImageFormat format = image_format(bytes);
  return format == ImageFormat::kTiff && tiff_pictures(bytes).raw ? ImageFormat::kRaw : format;
}

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
    case ImageFormat::kHeic:
    case ImageFormat::kAvif:
      if constexpr (PAWPRINT_HAS_HEIF) return decode_heif(bytes, options);
      throw without(format, "libheif");
    case ImageFormat::kJpegXl:
      if constexpr (PAWPRINT_HAS_JXL) return decode_jxl(bytes, options);
      throw without(format, "libjxl");
    case ImageFormat::kRaw:
      if constexpr (PAWPRINT_HAS_RAW) return decode_raw(bytes, options);
      throw without(format, "LibRaw");
    case ImageFormat::kJpeg2000:
      throw Unreadable("JPEG 2000 is not read; convert it to JPEG");
    case ImageFormat::kUnknown:
      break;
  }
  throw Unreadable("not an image of a format that pawprint reads");
}

}  // namespace

cv::Mat decode_photo(std::string_view bytes, const DecodeOptions& options) {
  const ImageFormat format = format_to_decode(bytes);
  const cv::Mat stored = decode_stored(bytes, format, options);
  const cv::Mat seen = upright(stored, read_photo_info(bytes, format).orientation);
  return options.managed_color ? to_srgb(seen, color_profile(bytes)) : seen;
}

}  // namespace pawprint
