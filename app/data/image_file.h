#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pawprint {

// A photo that cannot be used; what() is the reason, without the path: `JPEG cut short`.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ImageFormat { kUnknown, kJpeg, kPng, kWebp, kBmp, kTiff, kHeic, kAvif, kGif };

// Gates that stand before decoding, so that a small hostile file cannot take much memory or time.
struct PhotoLimits {
  int64_t max_bytes = 64'000'000;
  int64_t max_pixels = 50'000'000;
  int64_t max_side_px = 20'000;
};

struct DecodeOptions {
  PhotoLimits limits;
  bool accept_truncated = false;  // a JPEG cut short: take what is there instead of refusing it
  int64_t scaled_short_px = 0;  // a JPEG is decoded at a quarter or half of its size if its short side keeps this many
                                // pixels and the size divides; 0: always whole
};

struct ImageSize {
  int64_t width_px = 0;
  int64_t height_px = 0;
};

// By content, never by name. 16 bytes are enough.
ImageFormat image_format(std::string_view first_bytes);

// .jpg .jpeg .jpe .jfif .png .webp .bmp .tif .tiff .heic .heif .avif .gif, in any case.
bool has_image_extension(const std::filesystem::path& path);

// What the extension claims, in any case; kUnknown for any other extension and for none.
ImageFormat claimed_format(const std::filesystem::path& path);

// `JPEG`, `PNG`, ...; kUnknown: `unknown`.
std::string_view format_name(ImageFormat format);

// Has an image extension, or begins as an image does. Opens the file only where the name does not tell.
bool is_photo_candidate(const std::filesystem::path& path);

// All bytes of a regular file. Throws Unreadable for what is missing, a folder, a FIFO, a device, empty or too large.
std::string read_photo(const std::filesystem::path& path, const PhotoLimits& limits = {});

// What the header of a PNG, WebP, BMP or TIFF file claims, before anything is decoded. Throws Unreadable if it is
// damaged.
ImageSize header_size(std::string_view bytes, ImageFormat format);

// Throws Unreadable if `size` is beyond the limits or empty.
void check_size(const ImageSize& size, const PhotoLimits& limits);

}  // namespace pawprint
