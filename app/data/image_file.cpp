#include "app/data/image_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "app/data/exif.h"

namespace pawprint {

namespace {

// Closes on every way out.
struct FileDescriptor {
  int fd;
  explicit FileDescriptor(const std::filesystem::path& path)
      // O_NONBLOCK: opening a FIFO that nobody writes must not wait.
      : fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd >= 0) close(fd);
  }
};

std::string reason_of(int error) {
  if (error == ENOENT) return "no such file";
  if (error == ELOOP) return "a symbolic link that leads to itself";
  return std::strerror(error);
}

// Bytes until `wanted` or the end of the file.
std::string read_bytes(int fd, size_t wanted) {
  std::string bytes(wanted, '\0');
  size_t have = 0;
  while (have < wanted) {
    const ssize_t got = read(fd, bytes.data() + have, wanted - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Unreadable(reason_of(errno));
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

std::string megabytes(int64_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

uint32_t little_endian(std::string_view bytes, size_t at, int count) {
  if (at + static_cast<size_t>(count) > bytes.size()) throw Unreadable("damaged header");
  uint32_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[at + static_cast<size_t>(i)]);
  return value;
}

uint32_t big_endian(std::string_view bytes, size_t at) {
  if (at + 4 > bytes.size()) throw Unreadable("damaged header");
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

ImageSize webp_size(std::string_view bytes) {
  const auto chunk = bytes.substr(12, 4);
  if (chunk == "VP8X" && (little_endian(bytes, 20, 1) & 2) != 0)
    throw Unreadable("an animated WebP is not read; convert it to PNG");
  if (chunk == "VP8X") return {little_endian(bytes, 24, 3) + 1, little_endian(bytes, 27, 3) + 1};
  if (chunk == "VP8 ") return {little_endian(bytes, 26, 2) & 0x3fff, little_endian(bytes, 28, 2) & 0x3fff};
  if (chunk != "VP8L") throw Unreadable("damaged header");
  const uint32_t bits = little_endian(bytes, 21, 4);
  return {(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
}

ImageSize bmp_size(std::string_view bytes) {
  if (little_endian(bytes, 14, 4) == 12) return {little_endian(bytes, 18, 2), little_endian(bytes, 20, 2)};
  const auto height = static_cast<int32_t>(little_endian(bytes, 22, 4));  // negative: rows from the top
  return {static_cast<int32_t>(little_endian(bytes, 18, 4)), std::abs(static_cast<int64_t>(height))};
}

}  // namespace

ImageFormat image_format(std::string_view first) {
  using namespace std::string_view_literals;
  if (first.starts_with("\xff\xd8\xff"sv)) return ImageFormat::kJpeg;
  if (first.starts_with("\x89PNG\r\n\x1a\n"sv)) return ImageFormat::kPng;
  if (first.starts_with("II*\0"sv) || first.starts_with("MM\0*"sv)) return ImageFormat::kTiff;
  if (first.starts_with("GIF87a"sv) || first.starts_with("GIF89a"sv)) return ImageFormat::kGif;
  if (first.size() >= 14 && first.starts_with("BM"sv) && first.substr(6, 4) == "\0\0\0\0"sv) return ImageFormat::kBmp;
  if (first.size() >= 12 && first.starts_with("RIFF"sv) && first.substr(8, 4) == "WEBP"sv) return ImageFormat::kWebp;
  if (first.size() >= 12 && first.substr(4, 4) == "ftyp"sv) {
    constexpr std::array kHeic = {"heic"sv, "heix"sv, "hevc"sv, "heim"sv, "heis"sv, "hevm"sv, "mif1"sv, "msf1"sv};
    const auto brand = first.substr(8, 4);
    if (brand == "avif"sv || brand == "avis"sv) return ImageFormat::kAvif;
    if (std::find(kHeic.begin(), kHeic.end(), brand) != kHeic.end()) return ImageFormat::kHeic;
  }
  return ImageFormat::kUnknown;
}

ImageFormat claimed_format(const std::filesystem::path& path) {
  using enum ImageFormat;
  constexpr std::array<std::pair<std::string_view, ImageFormat>, 13> kExtensions = {{{".jpg", kJpeg},
                                                                                     {".jpeg", kJpeg},
                                                                                     {".jpe", kJpeg},
                                                                                     {".jfif", kJpeg},
                                                                                     {".png", kPng},
                                                                                     {".webp", kWebp},
                                                                                     {".bmp", kBmp},
                                                                                     {".tiff", kTiff},
                                                                                     {".tif", kTiff},
                                                                                     {".heic", kHeic},
                                                                                     {".heif", kHeic},
                                                                                     {".gif", kGif},
                                                                                     {".avif", kAvif}}};
  std::string extension = path.extension().string();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const auto& [name, format] : kExtensions) {
    if (extension == name) return format;
  }
  return kUnknown;
}

std::string_view format_name(ImageFormat format) {
  constexpr std::array<std::string_view, 9> kNames = {"unknown", "JPEG", "PNG",  "WebP", "BMP",
                                                      "TIFF",    "HEIC", "AVIF", "GIF"};
  return kNames[static_cast<size_t>(format)];
}

bool has_image_extension(const std::filesystem::path& path) { return claimed_format(path) != ImageFormat::kUnknown; }

bool is_photo_candidate(const std::filesystem::path& path) {
  if (has_image_extension(path)) return true;
  const FileDescriptor file(path);
  if (file.fd < 0) return false;
  struct stat info {};
  if (fstat(file.fd, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  return image_format(read_bytes(file.fd, 16)) != ImageFormat::kUnknown;
}

std::string read_photo(const std::filesystem::path& path, const PhotoLimits& limits) {
  const FileDescriptor file(path);
  if (file.fd < 0) throw Unreadable(reason_of(errno));
  struct stat info {};
  if (fstat(file.fd, &info) != 0) throw Unreadable(reason_of(errno));
  if (S_ISDIR(info.st_mode)) throw Unreadable("a folder, not a file");
  if (!S_ISREG(info.st_mode)) throw Unreadable("not a regular file");
  if (info.st_size == 0) throw Unreadable("empty file");
  if (info.st_size > limits.max_bytes)
    throw Unreadable("too large: " + megabytes(info.st_size) + ", at most " + megabytes(limits.max_bytes));
  return read_bytes(file.fd, static_cast<size_t>(info.st_size));
}

ImageSize header_size(std::string_view bytes, ImageFormat format) {
  switch (format) {
    case ImageFormat::kPng:
      if (bytes.size() < 16 || bytes.substr(12, 4) != "IHDR") throw Unreadable("damaged header");
      return {big_endian(bytes, 16), big_endian(bytes, 20)};
    case ImageFormat::kWebp:
      return webp_size(bytes);
    case ImageFormat::kBmp:
      return bmp_size(bytes);
    case ImageFormat::kTiff: {
      const auto tags = read_tiff_tags(bytes);
      if (!tags.width || !tags.height) throw Unreadable("damaged header");
      return {*tags.width, *tags.height};
    }
    default:
      throw Unreadable("damaged header");
  }
}

void check_size(const ImageSize& size, const PhotoLimits& limits) {
  if (size.width_px < 1 || size.height_px < 1) throw Unreadable("damaged header");
  const std::string found = std::to_string(size.width_px) + " x " + std::to_string(size.height_px) + " pixels";
  if (size.width_px > limits.max_side_px || size.height_px > limits.max_side_px)
    throw Unreadable("too large: " + found + ", at most " + std::to_string(limits.max_side_px) + " a side");
  if (size.width_px * size.height_px > limits.max_pixels)
    throw Unreadable("too large: " + found + ", at most " + std::to_string(limits.max_pixels / 1'000'000) +
                     " megapixels");
}

}  // namespace pawprint
