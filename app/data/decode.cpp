#include "app/data/decode.h"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "app/data/exif.h"

namespace pawprint {

namespace {

cv::Mat to_8_bit(const cv::Mat& image) {
  if (image.depth() == CV_8U) return image;
  if (image.depth() != CV_16U) throw Unreadable("samples of another type than 8 or 16 bits");
  cv::Mat out(image.size(), CV_MAKETYPE(CV_8U, image.channels()));
  for (int y = 0; y < image.rows; ++y) {
    const auto* from = image.ptr<uint16_t>(y);
    auto* to = out.ptr<uint8_t>(y);
    for (int i = 0; i < image.cols * image.channels(); ++i) to[i] = static_cast<uint8_t>(from[i] >> 8);
  }
  return out;
}

cv::Mat on_white(const cv::Mat& bgra, bool premultiplied) {
  cv::Mat rgb(bgra.size(), CV_8UC3);
  for (int y = 0; y < bgra.rows; ++y) {
    const auto* from = bgra.ptr<cv::Vec4b>(y);
    auto* to = rgb.ptr<cv::Vec3b>(y);
    for (int x = 0; x < bgra.cols; ++x) {
      const int alpha = from[x][3], white = 255 - alpha;
      for (int c = 0; c < 3; ++c) {
        const int colour = from[x][2 - c];
        to[x][c] = static_cast<uint8_t>(premultiplied ? std::min(colour + white, 255)
                                                      : (colour * alpha + 255 * white + 127) / 255);
      }
    }
  }
  return rgb;
}

// OpenCV's channel orders (grey, BGR, BGRA) to RGB.
cv::Mat to_rgb(const cv::Mat& image, bool has_alpha, bool premultiplied) {
  cv::Mat rgb;
  switch (image.channels()) {
    case 1:
      cv::cvtColor(image, rgb, cv::COLOR_GRAY2RGB);
      return rgb;
    case 3:
      cv::cvtColor(image, rgb, cv::COLOR_BGR2RGB);
      return rgb;
    case 4:
      if (has_alpha) return on_white(image, premultiplied);
      cv::cvtColor(image, rgb, cv::COLOR_BGRA2RGB);
      return rgb;
    default:
      throw Unreadable("an image of " + std::to_string(image.channels()) + " channels");
  }
}

cv::Mat decode_with_opencv(std::string_view bytes, ImageFormat format, const DecodeOptions& options) {
  check_size(header_size(bytes, format), options.limits);
  cv::Mat image;
  try {
    const cv::Mat file(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
    image = cv::imdecode(file, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& error) {
    throw Unreadable("damaged image: " + error.err);
  }
  if (image.empty()) throw Unreadable("damaged or cut short");
  // The fourth byte of a BMP's pixel is mostly unused. libtiff multiplies 8-bit colours by alpha where the file does
  // not.
  const bool tiff = format == ImageFormat::kTiff;
  const bool premultiplied = tiff && (image.depth() == CV_8U || read_tiff_tags(bytes).premultiplied);
  return to_rgb(to_8_bit(image), format != ImageFormat::kBmp, premultiplied);
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
  switch (format) {
    case ImageFormat::kJpeg:
      return upright(decode_jpeg(bytes, options), exif_orientation(bytes, format));
    case ImageFormat::kPng:
    case ImageFormat::kWebp:
    case ImageFormat::kBmp:
      return upright(decode_with_opencv(bytes, format, options), exif_orientation(bytes, format));
    case ImageFormat::kTiff:
      return decode_with_opencv(bytes, format, options);  // OpenCV turns TIFFs itself, and only them
    case ImageFormat::kHeic:
      throw Unreadable("HEIC is not read; convert it to JPEG");
    case ImageFormat::kAvif:
      throw Unreadable("AVIF is not read; convert it to JPEG");
    case ImageFormat::kGif:
      throw Unreadable("GIF is not read; convert it to PNG");
    case ImageFormat::kUnknown:
      break;
  }
  throw Unreadable("not a JPEG, PNG, WebP, BMP or TIFF image");
}

}  // namespace pawprint
