#include "app/data/exif.h"

namespace pawprint {

namespace {

using namespace std::string_view_literals;

// Unsigned numbers of either byte order; empty past the end.
struct Reader {
  std::string_view bytes;
  bool little = false;

  std::optional<uint32_t> number(size_t at, size_t count) const {
    if (at > bytes.size() || count > bytes.size() - at) return std::nullopt;
    uint32_t value = 0;
    for (size_t i = 0; i < count; ++i)
      value = value << 8 | static_cast<uint8_t>(bytes[at + (little ? count - 1 - i : i)]);
    return value;
  }
};

// The EXIF segment of a JPEG: markers are walked, so that a thumbnail's or a stray "Exif" is not taken for it.
std::string_view jpeg_exif(std::string_view bytes) {
  const Reader reader{bytes};
  size_t at = 2;
  while (true) {
    const auto marker = reader.number(at, 2);
    const auto length = reader.number(at + 2, 2);
    if (!marker || !length || (*marker & 0xff00) != 0xff00 || *length < 2) return {};
    if (*marker == 0xffff) {  // a fill byte before a marker
      ++at;
      continue;
    }
    if (*marker == 0xffda) return {};  // the picture begins
    const auto segment = bytes.substr(at + 4, *length - 2);
    if (*marker == 0xffe1 && segment.starts_with("Exif\0\0"sv)) return segment.substr(6);
    at += 2 + *length;
  }
}

// The payload of a PNG's or a WebP's chunk named `name`.
std::string_view chunk(std::string_view bytes, std::string_view name, size_t first, bool webp) {
  const Reader reader{bytes, webp};
  size_t at = first;
  while (true) {
    const auto length = reader.number(at + (webp ? 4 : 0), 4);
    if (!length || at + 8 > bytes.size()) return {};
    if (bytes.substr(at + (webp ? 0 : 4), 4) == name) return bytes.substr(at + 8, *length);
    at += webp ? 8 + size_t{*length} + *length % 2 : 12 + size_t{*length};  // WebP pads, PNG adds a checksum
  }
}

}  // namespace

TiffTags read_tiff_tags(std::string_view tiff) {
  TiffTags tags;
  if (image_format(tiff) != ImageFormat::kTiff) return tags;
  const Reader reader{tiff, tiff[0] == 'I'};
  const auto directory = reader.number(4, 4);
  if (!directory) return tags;
  const auto count = reader.number(*directory, 2).value_or(0);
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = size_t{*directory} + 2 + 12 * i;
    const auto tag = reader.number(entry, 2);
    const auto type = reader.number(entry + 2, 2);
    if (!tag || !type) break;
    if (*type != 3 && *type != 4) continue;  // libtiff takes others for a size too; their entries may hold an offset
    const auto value = reader.number(entry + 8, *type == 3 ? 2 : 4);  // type 3: SHORT, 4: LONG
    if (*tag == 256 && !tags.width) tags.width = value;               // of two, the first: as libtiff does
    if (*tag == 257 && !tags.height) tags.height = value;
    if (*tag == 338) tags.premultiplied = value == 1;
    if (*tag == 274 && value && *value >= 1 && *value <= 8) tags.orientation = static_cast<int>(*value);
  }
  return tags;
}

int exif_orientation(std::string_view bytes, ImageFormat format) {
  std::string_view exif;
  if (format == ImageFormat::kJpeg) exif = jpeg_exif(bytes);
  if (format == ImageFormat::kPng) exif = chunk(bytes, "eXIf", 8, false);
  if (format == ImageFormat::kWebp) exif = chunk(bytes, "EXIF", 12, true);
  if (exif.starts_with("Exif\0\0"sv)) exif.remove_prefix(6);  // some writers keep JPEG's prefix
  return read_tiff_tags(exif).orientation;
}

}  // namespace pawprint
