#include "app/data/photo_metadata.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <utility>

#include "app/data/decode_parts.h"

namespace pawprint {

namespace {

using namespace std::string_view_literals;

constexpr auto kExifPrefix = "Exif\0"sv;  // and a NUL, for which some cameras write another byte
constexpr auto kXmpPrefix = "http://ns.adobe.com/xap/1.0/\0"sv;
constexpr size_t kMaxBytes = 16'000'000;
constexpr int kMaxTexts = 8;  // of a PNG: a small file may hold thousands that unpack to much

std::optional<size_t> number(std::string_view bytes, size_t at, size_t count, bool little = false) {
  if (at > bytes.size() || count > bytes.size() - at) return std::nullopt;
  size_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<uint8_t>(bytes[at + (little ? count - 1 - i : i)]);
  return value;
}

bool begins_as_tiff(std::string_view bytes) {
  return bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv) || bytes.starts_with("II+\0"sv) ||
         bytes.starts_with("MM\0+"sv);
}

// A writer or two put the prefix in front where none belongs, or twice.
std::string_view without_exif_prefix(std::string_view bytes) {
  while (bytes.starts_with(kExifPrefix) && bytes.size() > kExifPrefix.size())
    bytes.remove_prefix(kExifPrefix.size() + 1);
  return bytes;
}

// What an APP1 segment, or an ImageMagick profile of that name, holds.
void add_app1(PhotoMetadata& out, std::string_view payload) {
  if (payload.starts_with(kXmpPrefix)) out.xmp.emplace_back(payload.substr(kXmpPrefix.size()));
  if (!payload.starts_with(kExifPrefix)) return;
  const auto body = without_exif_prefix(payload);
  if (begins_as_tiff(body))
    out.exif.emplace_back(body);
  else if (!out.exif.empty() && out.exif.back().size() < kMaxBytes)  // more than 64 kB go on in the next segment
    out.exif.back().append(body);
}

// Markers are walked, so that a thumbnail's or a stray "Exif" is not taken for it; bytes between segments are passed
// over, as libjpeg does.
PhotoMetadata jpeg_metadata(std::string_view bytes) {
  PhotoMetadata out;
  size_t at = 2;
  while (true) {
    at = bytes.find('\xff', at);
    if (at == std::string_view::npos) return out;
    at = bytes.find_first_not_of('\xff', at);
    if (at == std::string_view::npos) return out;
    const auto marker = static_cast<uint8_t>(bytes[at++]);
    if (marker == 0xda || marker == 0xd9) return out;                 // the picture begins, or ends
    if (marker <= 1 || (marker >= 0xd0 && marker <= 0xd8)) continue;  // stray, or without a length
    const auto length = number(bytes, at, 2);
    if (!length || *length < 2) return out;
    if (marker == 0xe1 && at + 2 <= bytes.size()) add_app1(out, bytes.substr(at + 2, *length - 2));
    at += *length;
    if (at >= bytes.size()) return out;
  }
}

// ImageMagick's: a line with the name, one with the length, lines of hexadecimal digits.
std::string raw_profile(std::string_view text) {
  size_t at = 0;
  for (int line = 0; line < 3; ++line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return {};
    ++at;
  }
  std::string out;
  int high = -1;
  for (const char c : text.substr(at)) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) continue;
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high >= 0) out += static_cast<char>(high << 4 | digit);
    high = high < 0 ? digit : -1;
  }
  return out;
}

// The text of a PNG's tEXt, zTXt or iTXt chunk, after the keyword and its NUL.
std::string png_text(std::string_view kind, std::string_view rest) {
  if (kind == "tEXt") return std::string(rest);
  if (rest.empty()) return {};
  if (kind == "zTXt") return inflated(rest.substr(1));
  const bool compressed = rest[0] != 0;
  rest.remove_prefix(std::min<size_t>(2, rest.size()));
  for (int words = 0; words < 2; ++words) {  // language, translated keyword
    const auto end = rest.find('\0');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  return compressed ? inflated(rest) : std::string(rest);
}

// By rank: the eXIf chunk counts before ImageMagick's profiles.
PhotoMetadata png_metadata(std::string_view bytes) {
  PhotoMetadata first, later;
  size_t at = 8;
  int texts = 0;
  while (const auto length = number(bytes, at, 4)) {
    if (at + 8 > bytes.size() || *length > bytes.size()) break;
    const auto kind = bytes.substr(at + 4, 4), payload = bytes.substr(at + 8, *length);
    at += 12 + *length;
    if (kind == "eXIf" && begins_as_tiff(without_exif_prefix(payload)))
      first.exif.emplace_back(without_exif_prefix(payload));
    if (kind != "tEXt" && kind != "zTXt" && kind != "iTXt") continue;
    const auto keyword = payload.substr(0, payload.find('\0'));
    if (keyword.size() == payload.size()) continue;
    const auto rest = payload.substr(keyword.size() + 1);
    if (keyword != "XML:com.adobe.xmp" && !keyword.starts_with("Raw profile type ")) continue;
    if (++texts > kMaxTexts) break;
    if (keyword == "XML:com.adobe.xmp") first.xmp.push_back(png_text(kind, rest));
    if (keyword == "Raw profile type xmp") later.xmp.push_back(raw_profile(png_text(kind, rest)));
    if (keyword != "Raw profile type exif" && keyword != "Raw profile type APP1") continue;
    const auto profile = raw_profile(png_text(kind, rest));
    if (begins_as_tiff(profile))
      later.exif.push_back(profile);
    else
      add_app1(later, profile);
  }
  for (auto& exif : later.exif) first.exif.push_back(std::move(exif));
  for (auto& xmp : later.xmp) first.xmp.push_back(std::move(xmp));
  return first;
}

PhotoMetadata webp_metadata(std::string_view bytes) {
  PhotoMetadata out;
  size_t at = 12;
  while (const auto length = number(bytes, at + 4, 4, true)) {
    if (at + 8 > bytes.size()) break;
    const auto kind = bytes.substr(at, 4), payload = bytes.substr(at + 8, *length);
    if (kind == "EXIF" && begins_as_tiff(without_exif_prefix(payload)))
      out.exif.emplace_back(without_exif_prefix(payload));
    if (kind == "XMP ") out.xmp.emplace_back(payload);
    at += 8 + *length + *length % 2;  // padded
  }
  return out;
}

// What the first box of that kind holds, of those that follow each other in `bytes` (ISO/IEC 14496-12, 4.2); nothing if
// there is none.
std::optional<std::string_view> box(std::string_view bytes, std::string_view kind) {
  constexpr size_t kLongSize = 1, kToTheEnd = 0;
  for (size_t at = 0; const auto size = number(bytes, at, 4);) {
    const size_t header = *size == kLongSize ? 16 : 8;
    const auto whole = *size == kLongSize ? number(bytes, at + 8, 8) : *size == kToTheEnd ? bytes.size() - at : *size;
    if (!whole || *whole < header || *whole > bytes.size() - at) break;
    if (bytes.substr(at + 4, 4) == kind) return bytes.substr(at + header, *whole - header);
    at += *whole;
  }
  return std::nullopt;
}

// In a container; one that is compressed is passed over.
PhotoMetadata jxl_metadata(std::string_view bytes) {
  const auto exif = box(bytes, "Exif");
  return exif ? PhotoMetadata{{exif_of_block(*exif)}, {}} : PhotoMetadata{};
}

}  // namespace

std::string inflated(std::string_view data) {
  std::string out;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  char buffer[4096];
  int status = Z_OK;
  while (status == Z_OK && out.size() < kMaxBytes) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  inflateEnd(&stream);
  return out;
}

std::string exif_of_block(std::string_view block) {
  const auto offset = number(block, 0, 4);
  if (!offset || *offset > block.size() - 4) return {};
  const auto exif = without_exif_prefix(block.substr(4 + *offset));
  return begins_as_tiff(exif) ? std::string(exif) : std::string();
}

bool has_turning_boxes(std::string_view bytes) {
  constexpr size_t kVersionAndFlags = 4;
  const auto meta = box(bytes, "meta");
  if (!meta || meta->size() < kVersionAndFlags) return false;
  const auto properties = box(box(meta->substr(kVersionAndFlags), "iprp").value_or(""sv), "ipco").value_or(""sv);
  return box(properties, "irot").has_value() || box(properties, "imir").has_value();
}

PhotoMetadata photo_metadata(std::string_view bytes, ImageFormat format) {
  if (format == ImageFormat::kJpeg) return jpeg_metadata(bytes);
  if (format == ImageFormat::kPng) return png_metadata(bytes);
  if (format == ImageFormat::kWebp) return webp_metadata(bytes);
  if (format == ImageFormat::kJpegXl) return jxl_metadata(bytes);
  if constexpr (PAWPRINT_HAS_HEIF) {
    if (format == ImageFormat::kHeic || format == ImageFormat::kAvif) return {{heif_exif(bytes)}, {}};
  }
  return {};
}

}  // namespace pawprint
