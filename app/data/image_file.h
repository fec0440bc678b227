#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "app/data/options.h"

namespace pawprint {

// A photo that cannot be used; what() is the reason, without the path: `JPEG cut short`.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ImageFormat { kUnknown, kJpeg, kPng, kWebp, kBmp, kTiff, kHeic, kAvif, kGif, kRaw, kJpeg2000, kJpegXl };

struct ImageSize {
  int64_t width_px = 0;
  int64_t height_px = 0;
};

// By content, never by name. 32 bytes are enough.
ImageFormat image_format(std::string_view first_bytes);

// .jpg .jpeg .jpe .jfif .png .webp .bmp .dib .tif .tiff .heic .heif .avif .gif .jp2 .jxl and those of raw files, in any
// case.
bool has_image_extension(const std::filesystem::path& path);

// What the extension claims, in any case; kUnknown for any other extension and for none.
ImageFormat claimed_format(const std::filesystem::path& path);

// Whether the extension is that of a camera's raw file: .nef .cr2 .cr3 .arw .dng .orf .rw2 .raf .pef .srw and others,
// in any case.
bool is_raw_photo(const std::filesystem::path& path);

// `JPEG`, `PNG`, ...; kUnknown: `unknown`.
std::string_view format_name(ImageFormat format);

// Has an image extension, or begins as an image does. Opens the file only where the name does not tell; throws
// Unreadable if it cannot.
bool is_photo_candidate(const std::filesystem::path& path);

// Throws Unreadable for what is missing, a folder, a FIFO, a device or empty.
void require_file(const std::filesystem::path& path);

// All bytes of a regular file. Throws Unreadable for what is none, empty or too large.
std::string read_file(const std::filesystem::path& path, const PhotoLimits& limits);

// The same, or a film's frame as a BMP (app/data/film.h). Throws Unreadable for what is missing, a folder, a FIFO, a
// device, empty or too large, and for a TIFF under a raw photo's name in which no sensor's data are found: all it shows
// may be a thumbnail.
std::string read_photo(const std::filesystem::path& path, const PhotoLimits& limits = {});

// Throws Unreadable if `size` is beyond the limits or empty.
//   whole: what it is, if it cannot be decoded row by row: `a progressive JPEG`
void check_size(const ImageSize& size, const PhotoLimits& limits, std::string_view whole = "");

}  // namespace pawprint
