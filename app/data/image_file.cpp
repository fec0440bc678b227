#include "app/data/image_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include "app/data/film.h"
#include "app/data/raw_photo.h"

namespace pawprint {

namespace {

using namespace std::string_view_literals;

constexpr size_t kFirstBytes = 32;  // tell the format

// Closes on every way out.
struct FileDescriptor {
  int fd;
  explicit FileDescriptor(const std::filesystem::path& path)
      // O_NONBLOCK: opening a FIFO that no process writes must not wait.
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

// Throws Unreadable for what is no regular file, and for one that is empty.
struct stat info_of(const FileDescriptor& file) {
  struct stat info {};
  if (file.fd < 0 || fstat(file.fd, &info) != 0) throw Unreadable(reason_of(errno));
  if (S_ISDIR(info.st_mode)) throw Unreadable("a folder, not a file");
  if (!S_ISREG(info.st_mode)) throw Unreadable("not a regular file");
  if (info.st_size == 0) throw Unreadable("empty file");
  return info;
}

// So many, or fewer if the file ends.
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

constexpr std::array kRawExtensions = {".3fr"sv, ".arw"sv, ".cr2"sv, ".cr3"sv, ".crw"sv, ".dcr"sv, ".dng"sv,
                                       ".erf"sv, ".fff"sv, ".gpr"sv, ".iiq"sv, ".k25"sv, ".kdc"sv, ".mef"sv,
                                       ".mos"sv, ".mrw"sv, ".nef"sv, ".nrw"sv, ".orf"sv, ".pef"sv, ".raf"sv,
                                       ".rw2"sv, ".rwl"sv, ".sr2"sv, ".srf"sv, ".srw"sv, ".x3f"sv};

std::string lower_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return extension;
}

// `BM`, and a header of one of the sizes there are: the two bytes alone begin many a text.
bool begins_as_bmp(std::string_view first) {
  if (first.size() < 18 || !first.starts_with("BM"sv)) return false;
  constexpr std::array kHeaders = {12, 16, 40, 52, 56, 64, 108, 124};
  const int header = static_cast<uint8_t>(first[14]);
  return first.substr(15, 3) == "\0\0\0"sv && std::find(kHeaders.begin(), kHeaders.end(), header) != kHeaders.end();
}

// Beginnings that only raw files have; most others begin as a TIFF does.
bool begins_as_raw(std::string_view first) {
  constexpr std::array kBeginnings = {"IIRO"sv,
                                      "IIRS"sv,
                                      "MMOR"sv,
                                      "IIU\0"sv,
                                      "FUJIFILMCCD-RAW"sv,
                                      "FOVb"sv,
                                      "\0MRM"sv,
                                      "\0\0\0\x18"
                                      "ftypcrx "sv,
                                      "II\x1a\0\0\0HEAP"sv};
  if (first.size() >= 10 && first.starts_with("II*\0"sv) && first.substr(8, 2) == "CR"sv) return true;
  return std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](auto begin) { return first.starts_with(begin); });
}

}  // namespace

ImageFormat image_format(std::string_view first) {
  if (first.starts_with("\xff\xd8\xff"sv)) return ImageFormat::kJpeg;
  if (begins_as_raw(first)) return ImageFormat::kRaw;
  if (first.starts_with("\x89PNG\r\n\x1a\n"sv)) return ImageFormat::kPng;
  if (first.starts_with("II*\0"sv) || first.starts_with("MM\0*"sv)) return ImageFormat::kTiff;
  if (first.starts_with("II+\0"sv) || first.starts_with("MM\0+"sv)) return ImageFormat::kTiff;  // BigTIFF
  if (first.starts_with("GIF87a"sv) || first.starts_with("GIF89a"sv)) return ImageFormat::kGif;
  if (begins_as_bmp(first)) return ImageFormat::kBmp;
  if (first.size() >= 12 && first.starts_with("RIFF"sv) && first.substr(8, 4) == "WEBP"sv) return ImageFormat::kWebp;
  if (first.starts_with("\0\0\0\x0cjP  \r\n\x87\n"sv) || first.starts_with("\xff\x4f\xff\x51"sv))
    return ImageFormat::kJpeg2000;
  if (first.starts_with("\0\0\0\x0cJXL \r\n\x87\n"sv) || first.starts_with("\xff\x0a"sv)) return ImageFormat::kJpegXl;
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
  constexpr std::array<std::pair<std::string_view, ImageFormat>, 16> kExtensions = {{{".jpg", kJpeg},
                                                                                     {".jpeg", kJpeg},
                                                                                     {".jpe", kJpeg},
                                                                                     {".jfif", kJpeg},
                                                                                     {".png", kPng},
                                                                                     {".webp", kWebp},
                                                                                     {".bmp", kBmp},
                                                                                     {".dib", kBmp},
                                                                                     {".tiff", kTiff},
                                                                                     {".tif", kTiff},
                                                                                     {".heic", kHeic},
                                                                                     {".heif", kHeic},
                                                                                     {".gif", kGif},
                                                                                     {".avif", kAvif},
                                                                                     {".jp2", kJpeg2000},
                                                                                     {".jxl", kJpegXl}}};
  const std::string extension = lower_extension(path);
  for (const auto& [name, format] : kExtensions) {
    if (extension == name) return format;
  }
  return is_raw_photo(path) ? kRaw : kUnknown;
}

bool is_raw_photo(const std::filesystem::path& path) {
  const std::string extension = lower_extension(path);
  return std::find(kRawExtensions.begin(), kRawExtensions.end(), extension) != kRawExtensions.end();
}

std::string_view format_name(ImageFormat format) {
  constexpr std::array<std::string_view, 12> kNames = {"unknown", "JPEG", "PNG", "WebP",      "BMP",       "TIFF",
                                                       "HEIC",    "AVIF", "GIF", "raw photo", "JPEG 2000", "JPEG XL"};
  return kNames[static_cast<size_t>(format)];
}

bool has_image_extension(const std::filesystem::path& path) { return claimed_format(path) != ImageFormat::kUnknown; }

bool is_photo_candidate(const std::filesystem::path& path) {
  if (has_image_extension(path)) return true;
  const FileDescriptor file(path);
  if (file.fd < 0 && errno == ENOENT) return false;
  struct stat info {};
  if (file.fd < 0 || fstat(file.fd, &info) != 0) throw Unreadable(reason_of(errno));
  if (!S_ISREG(info.st_mode)) return false;
  return image_format(read_bytes(file.fd, kFirstBytes)) != ImageFormat::kUnknown;
}

void require_file(const std::filesystem::path& path) { info_of(FileDescriptor(path)); }

std::string read_file(const std::filesystem::path& path, const PhotoLimits& limits) {
  const FileDescriptor file(path);
  const struct stat info = info_of(file);
  if (info.st_size > limits.max_bytes)
    throw Unreadable("too large: " + megabytes(info.st_size) + ", at most " + megabytes(limits.max_bytes) +
                     (limits.name_options ? "; --max-megabytes N reads more" : ""));
  return read_bytes(file.fd, static_cast<size_t>(info.st_size));
}

std::string read_photo(const std::filesystem::path& path, const PhotoLimits& limits) {
  if (const auto frame = film_frame(path)) return read_film_frame(*frame, limits);
  if (is_film(path) && !is_photo_candidate(path))
    throw Unreadable("a film, not a photo: --every 1s looks into films, " + path.filename().native() +
                     "#t=12.5 names a frame");
  std::string bytes = read_file(path, limits);
  if (is_raw_photo(path) && image_format(bytes) == ImageFormat::kTiff && !tiff_pictures(bytes).raw)
    throw Unreadable("raw photo of a kind that is not read; convert it to JPEG");  // not its thumbnail
  return bytes;
}

void check_size(const ImageSize& size, const PhotoLimits& limits, std::string_view whole) {
  if (size.width_px < 1 || size.height_px < 1) throw Unreadable("damaged header");
  const std::string found =
      "too large: " + std::to_string(size.width_px) + " x " + std::to_string(size.height_px) + " pixels, at most ";
  if (size.width_px > limits.max_side_px || size.height_px > limits.max_side_px)
    throw Unreadable(found + std::to_string(limits.max_side_px) + " a side");
  const bool as_whole = !whole.empty() && limits.max_whole_pixels < limits.max_pixels;
  const int64_t max = as_whole ? limits.max_whole_pixels : limits.max_pixels;
  if (size.width_px * size.height_px <= max) return;
  throw Unreadable(found + std::to_string(max / 1'000'000) + " megapixels" +
                   (as_whole ? " in " + std::string(whole) : "") +
                   (limits.name_options ? "; --max-megapixels N reads more" : ""));
}

}  // namespace pawprint
