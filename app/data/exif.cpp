#include "app/data/exif.h"

#include <array>
#include <chrono>

#include "app/data/photo_metadata.h"
#include "app/data/tiff_directory.h"

namespace pawprint {

namespace {

using namespace std::string_view_literals;

enum Tag : uint32_t {
  kMake = 271,
  kModel = 272,
  kOrientation = 274,
  kDateTime = 306,
  kXmp = 700,
  kExifDirectory = 0x8769,
  kDateTimeOriginal = 0x9003,
  kDateTimeDigitized = 0x9004,
  kSubSecTime = 0x9290,
  kSubSecTimeOriginal = 0x9291,
  kSubSecTimeDigitized = 0x9292,
  kBodySerialNumber = 0xa431
};

// One TIFF structure's two directories.
struct Exif {
  TiffStructure structure;
  TiffStructure::Directory main, detail;
};

std::optional<Exif> open_exif(std::string_view bytes) {
  const auto structure = TiffStructure::open(bytes);
  if (!structure) return std::nullopt;
  Exif out{*structure, structure->directory(structure->first_directory()), {}};
  const auto* sub = find_tag(out.main, kExifDirectory);
  const auto at = sub != nullptr ? structure->number(*sub) : std::nullopt;
  if (at) out.detail = structure->directory(*at);
  return out;
}

std::string text_of(const TiffStructure::Directory& directory, uint32_t tag) {
  const auto* entry = find_tag(directory, tag);
  return entry != nullptr ? tiff_text(*entry) : "";
}

// Some writers use the wrong directory for the date.
std::string text_of(const Exif& exif, uint32_t tag) {
  const auto text = text_of(exif.detail, tag);
  return text.empty() ? text_of(exif.main, tag) : text;
}

// `2024:05:17 16:03:21`, as the standard has it; separators may be others.
std::optional<int64_t> seconds(std::string_view text) {
  constexpr auto kForm = "dddd:dd:dd dd:dd:dd"sv;
  if (text.size() < kForm.size()) return std::nullopt;
  std::array<int, 6> part{};
  size_t field = 0;
  for (size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] != 'd') {
      if (digit) return std::nullopt;
      ++field;
      continue;
    }
    if (!digit) return std::nullopt;
    part[field] = 10 * part[field] + (text[i] - '0');
  }
  const std::chrono::year_month_day date{std::chrono::year(part[0]), std::chrono::month(static_cast<unsigned>(part[1])),
                                         std::chrono::day(static_cast<unsigned>(part[2]))};
  if (part[0] == 0 || !date.ok() || part[3] > 23 || part[4] > 59 || part[5] > 60) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + part[3]) * 60 + part[4]) * 60 + part[5];
}

// The digits of a decimal fraction: `5` is 500 ms, `0421` 42 ms.
int64_t milliseconds(std::string_view digits) {
  int64_t value = 0;
  for (size_t i = 0; i < 3; ++i) {
    if (i < digits.size() && (digits[i] < '0' || digits[i] > '9')) digits = digits.substr(0, i);
    value = 10 * value + (i < digits.size() ? digits[i] - '0' : 0);
  }
  return value;
}

std::optional<int64_t> taken(const Exif& exif) {
  constexpr std::array<std::array<uint32_t, 2>, 3> kTimes = {
      {{kDateTimeOriginal, kSubSecTimeOriginal}, {kDateTimeDigitized, kSubSecTimeDigitized}, {kDateTime, kSubSecTime}}};
  for (const auto& [date, fraction] : kTimes) {
    if (const auto whole = seconds(text_of(exif, date))) return *whole * 1000 + milliseconds(text_of(exif, fraction));
  }
  return std::nullopt;
}

std::string camera(const Exif& exif) {
  std::string out;
  for (const auto& part : {text_of(exif.main, kMake), text_of(exif.main, kModel), text_of(exif, kBodySerialNumber)}) {
    if (!out.empty() && !part.empty()) out += ' ';
    out += part;
  }
  return out;
}

int valid_orientation(uint64_t value) { return value >= 1 && value <= 8 ? static_cast<int>(value) : 1; }

// Empty where none is stated; what is no orientation is upright, and hides others all the same.
std::optional<int> orientation(const Exif& exif) {
  const auto* entry = find_tag(exif.main, kOrientation);
  if (entry == nullptr) return std::nullopt;
  return valid_orientation(exif.structure.number(*entry).value_or(1));
}

// `tiff:Orientation="6"` or `<tiff:Orientation>6<`, the first there is.
std::optional<int> xmp_orientation(std::string_view xmp) {
  constexpr auto kName = "tiff:Orientation"sv;
  constexpr auto kBlanks = " \t\r\n"sv;
  for (size_t at = xmp.find(kName); at != std::string_view::npos; at = xmp.find(kName, at)) {
    at += kName.size();
    std::string_view rest = xmp.substr(at, 40);
    const auto skip = [&](std::string_view characters) {
      const auto first = rest.find_first_not_of(characters);
      rest.remove_prefix(first == std::string_view::npos ? rest.size() : first);
    };
    skip(kBlanks);
    if (!rest.starts_with('=') && !rest.starts_with('>')) continue;
    skip("=> \t\r\n\"'"sv);
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9')
      return valid_orientation(static_cast<uint64_t>(rest[0] - '0'));
  }
  return std::nullopt;
}

// Whether its decoder gives a picture as seen. The boxes of HEIC and AVIF count instead of EXIF's orientation (ISO/IEC
// 23008-12, A.2.1); where there are none, EXIF's is meant, as libheif 1.15 writes it. JPEG XL's own always counts
// (ISO/IEC 18181-2); a raw photo's preview may be turned or not.
bool is_turned_when_decoded(std::string_view bytes, ImageFormat format) {
  using enum ImageFormat;
  return format == kJpegXl || format == kRaw || ((format == kHeic || format == kAvif) && has_turning_boxes(bytes));
}

}  // namespace

PhotoInfo read_photo_info(std::string_view bytes, ImageFormat format) {
  PhotoInfo out;
  std::optional<int> turned;
  const auto add_exif = [&](std::string_view data) {
    const auto exif = open_exif(data);
    if (!exif) return;
    if (!turned) turned = orientation(*exif);
    if (!out.taken_ms) out.taken_ms = taken(*exif);
    if (out.camera.empty()) out.camera = camera(*exif);
    const auto* xmp = format == ImageFormat::kTiff ? find_tag(exif->main, kXmp) : nullptr;
    if (!turned && xmp != nullptr) turned = xmp_orientation(xmp->data);
  };
  if (format == ImageFormat::kTiff || format == ImageFormat::kRaw) add_exif(bytes);
  const auto metadata = photo_metadata(bytes, format);
  for (const auto& exif : metadata.exif) add_exif(exif);
  for (const auto& xmp : metadata.xmp) {
    if (!turned) turned = xmp_orientation(xmp);
  }
  if (!is_turned_when_decoded(bytes, format)) out.orientation = turned.value_or(1);
  return out;
}

}  // namespace pawprint
