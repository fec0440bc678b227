#include "app/data/carry_metadata.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <string>

#include "app/data/carry_exif.h"
#include "app/data/decode_parts.h"
#include "app/data/encode_photo.h"
#include "app/data/photo_metadata.h"
#include "app/data/tiff_view.h"

namespace pawprint {

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr auto kExifPrefix = "Exif\0\0"sv, kIccPrefix = "ICC_PROFILE\0"sv;
constexpr size_t kMaxSegmentBytes = 65'533;
constexpr size_t kBehindPngHeader = 33;  // signature and IHDR

uint64_t big(std::string_view bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value = value << 8 | (at + i < bytes.size() ? static_cast<uint8_t>(bytes[at + i]) : 0);
  return value;
}

std::string written(uint64_t value, size_t bytes, bool little) {
  std::string out(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) out[little ? i : bytes - 1 - i] = static_cast<char>(value >> (8 * i) & 255);
  return out;
}

// A profile says what it is for (ICC.1:2010, 7.2.6). A file of one channel keeps what it had: some tools write a color
// photo's profile into its gray copy.
bool fits(std::string_view icc, int channels) {
  const auto space = icc.size() >= 128 ? icc.substr(16, 4) : ""sv;
  return space == "RGB "sv || (space == "GRAY"sv && channels == 1);
}

// Profiles are cut into numbered pieces (ICC.1:2010, B.4).
std::string join_profile(std::vector<std::string_view> pieces) {
  const auto number = [](std::string_view piece) { return big(piece, kIccPrefix.size(), 1); };
  std::stable_sort(pieces.begin(), pieces.end(), [&](auto a, auto b) { return number(a) < number(b); });
  std::string icc;
  for (const auto piece : pieces) icc += piece.substr(std::min(piece.size(), kIccPrefix.size() + 2));
  return icc;
}

std::vector<JpegSegment> profile_segments(std::string_view icc) {
  const size_t max = kMaxSegmentBytes - kIccPrefix.size() - 2, count = (icc.size() + max - 1) / max;
  std::vector<JpegSegment> segments;
  if (count > 255) return segments;
  for (size_t i = 0; i < count; ++i) {
    std::string payload(kIccPrefix);
    payload += static_cast<char>(i + 1);
    payload += static_cast<char>(count);
    segments.push_back({0xe2, payload.append(icc.substr(i * max, max))});
  }
  return segments;
}

// The segments before the picture begins.
std::vector<std::pair<int, std::string_view>> jpeg_segments(std::string_view jpeg) {
  std::vector<std::pair<int, std::string_view>> segments;
  for (size_t at = 2; at + 4 <= jpeg.size();) {
    const auto marker = static_cast<int>(big(jpeg, at, 2));
    const size_t length = big(jpeg, at + 2, 2);
    if (marker == 0xffff) {  // a fill byte
      ++at;
      continue;
    }
    if (marker < 0xff00 || marker == 0xffda || length < 2) break;
    segments.emplace_back(marker & 255, jpeg.substr(at + 4, length - 2));
    at += 2 + length;
  }
  return segments;
}

struct Chunk {
  std::string_view name, whole, payload;  // whole: with name, length, checksum, padding
};

// Of a PNG, or of a WebP.
std::vector<Chunk> chunks_of(std::string_view bytes, bool webp) {
  std::vector<Chunk> chunks;
  const size_t head = webp ? 12 : 8;
  for (size_t at = head; at + 8 <= bytes.size();) {
    const auto field = bytes.substr(at + (webp ? 4 : 0), 4);
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) length |= size_t{static_cast<uint8_t>(field[webp ? i : 3 - i])} << (8 * i);
    const size_t all = webp ? 8 + length + length % 2 : 12 + length;
    if ((webp ? 8 + length : all) > bytes.size() - at) break;  // cut short; the last byte of padding may be missing
    chunks.push_back({bytes.substr(at + (webp ? 0 : 4), 4), bytes.substr(at, all), bytes.substr(at + 8, length)});
    at += all;
  }
  return chunks;
}

// Some writers keep JPEG's prefix.
std::string upright_chunk(std::string_view exif, const ImageSize& size) {
  if (exif.starts_with(kExifPrefix)) exif.remove_prefix(kExifPrefix.size());
  return upright_exif(exif, size);
}

uint32_t png_checksum(std::string_view bytes) {  // PNG, annex D
  uint32_t crc = 0xffffffff;
  for (const char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
  }
  return ~crc;
}

std::string png_chunk(const std::string& name, const std::string& payload) {
  const std::string body = name + payload;
  return written(payload.size(), 4, false) + body + written(png_checksum(body), 4, false);
}

std::string png_with(std::string picture, std::string_view source, const ImageSize& size, int channels) {
  constexpr std::array kKept = {"iCCP"sv, "sRGB"sv, "gAMA"sv, "cHRM"sv, "cICP"sv, "pHYs"sv};
  const bool gray_source = source.size() > 25 && (source[25] == 0 || source[25] == 4);  // its color type
  std::string added;
  for (const auto& chunk : chunks_of(source, false)) {
    const bool kept = std::find(kKept.begin(), kKept.end(), chunk.name) != kKept.end();
    if (kept && (chunk.name != "iCCP"sv || gray_source == (channels == 1))) added += chunk.whole;
    if (chunk.name != "eXIf"sv) continue;
    const std::string exif = upright_chunk(chunk.payload, size);
    if (exif.empty()) continue;
    added += png_chunk("eXIf", exif);
  }
  return picture.insert(std::min(kBehindPngHeader, picture.size()), added);
}

// A PNG of a photo in a format that is not written.
std::string png_with_copied(std::string picture, std::string_view source, const ImageSize& size, int channels) {
  std::string added;
  const std::string icc = color_profile(source);
  if (fits(icc, channels)) {
    uLongf length = compressBound(icc.size());
    std::string packed(length, '\0');
    if (compress(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(icc.data()),
                 icc.size()) == Z_OK)
      added += png_chunk("iCCP", "ICC profile"s + '\0' + '\0' + packed.substr(0, length));
  }
  for (const auto& exif : photo_metadata(source, image_format(source)).exif) {
    const std::string kept = upright_exif(exif, size);
    if (!kept.empty() && added.find("eXIf") == added.npos) added += png_chunk("eXIf", kept);
  }
  return picture.insert(std::min(kBehindPngHeader, picture.size()), added);
}

// WebP's extended form (RFC 9649, 2.7): a header that says what there is, the profile, the picture, EXIF.
std::string webp_with(const std::string& picture, std::string_view source, const ImageSize& size, int channels) {
  constexpr int kProfile = 0x20, kAlpha = 0x10, kExif = 0x08;
  std::string icc, exif, body;
  for (const auto& chunk : chunks_of(source, true)) {
    if (chunk.name == "ICCP"sv && fits(chunk.payload, channels)) icc = chunk.payload;
    if (chunk.name == "EXIF"sv) exif = upright_chunk(chunk.payload, size);
  }
  if (icc.empty() && exif.empty()) return picture;
  const auto chunk = [](std::string_view name, const std::string& payload) {
    std::string whole = std::string(name) + written(payload.size(), 4, true) + payload;
    return whole.append(payload.size() % 2, '\0');
  };
  int flags = (icc.empty() ? 0 : kProfile) | (exif.empty() ? 0 : kExif);
  for (const auto& part : chunks_of(picture, true)) {
    if (part.name == "VP8X"sv) {
      flags |= part.payload.empty() ? 0 : part.payload[0] & kAlpha;
      continue;
    }
    const bool lossless_alpha = part.name == "VP8L"sv && part.payload.size() > 4 && (part.payload[4] & 0x10) != 0;
    if (lossless_alpha) flags |= kAlpha;
    body += part.whole;
  }
  const std::string header = written(static_cast<uint64_t>(flags), 4, true) +
                             written(static_cast<uint64_t>(size.width_px - 1), 3, true) +
                             written(static_cast<uint64_t>(size.height_px - 1), 3, true);
  body = "WEBP" + chunk("VP8X", header) + (icc.empty() ? "" : chunk("ICCP", icc)) + body +
         (exif.empty() ? "" : chunk("EXIF", exif));
  return "RIFF" + written(body.size(), 4, true) + body;
}

std::string tiff_profile(std::string_view source) {
  constexpr uint16_t kProfile = 34675;
  const auto view = TiffView::open(source);
  const auto first = view ? view->directory(view->first_directory()) : std::nullopt;
  const TiffEntry* entry = first ? first->find(kProfile) : nullptr;
  return entry == nullptr ? std::string() : std::string(source.substr(entry->at, entry->value_bytes));
}

}  // namespace

std::string without_metadata(std::string_view source) {
  if (image_format(source) != ImageFormat::kPng) return std::string(source);
  std::string bare(source.substr(0, 8));
  for (const auto& chunk : chunks_of(source, false)) {
    const bool critical = chunk.name[0] >= 'A' && chunk.name[0] <= 'Z';  // PNG, 5.4
    if (critical || chunk.name == "tRNS"sv) bare += chunk.whole;
  }
  return bare;
}

bool is_lossless_webp(std::string_view source) {
  if (image_format(source) != ImageFormat::kWebp) return false;
  const auto chunks = chunks_of(source, true);
  return std::any_of(chunks.begin(), chunks.end(), [](const Chunk& chunk) { return chunk.name == "VP8L"sv; });
}

std::string color_profile(std::string_view source) {
  switch (image_format(source)) {
    case ImageFormat::kJpeg: {
      std::vector<std::string_view> pieces;
      for (const auto& [marker, payload] : jpeg_segments(source))
        if (marker == 0xe2 && payload.starts_with(kIccPrefix)) pieces.push_back(payload);
      return join_profile(std::move(pieces));
    }
    case ImageFormat::kWebp:
      for (const auto& chunk : chunks_of(source, true))
        if (chunk.name == "ICCP"sv) return std::string(chunk.payload);
      return {};
    case ImageFormat::kTiff:
      return tiff_profile(source);
    case ImageFormat::kPng:
      for (const auto& chunk : chunks_of(source, false)) {
        const auto name = chunk.payload.substr(0, chunk.payload.find('\0'));
        if (chunk.name == "iCCP"sv && name.size() + 2 <= chunk.payload.size())
          return inflated(chunk.payload.substr(name.size() + 2));  // behind the NUL and the method
      }
      return {};
    case ImageFormat::kHeic:
    case ImageFormat::kAvif:
      if constexpr (PAWPRINT_HAS_HEIF) return heif_profile(source);
      return {};
    case ImageFormat::kJpegXl:
      if constexpr (PAWPRINT_HAS_JXL) return jxl_profile(source);
      return {};
    default:
      return {};
  }
}

std::vector<JpegSegment> kept_segments(std::string_view source, const ImageSize& size, int channels) {
  std::vector<JpegSegment> kept;
  for (const auto& [marker, payload] : jpeg_segments(source)) {
    if (marker != 0xe1 || !payload.starts_with(kExifPrefix)) continue;
    const std::string exif = upright_exif(payload.substr(kExifPrefix.size()), size);
    if (!exif.empty()) kept.push_back({0xe1, std::string(kExifPrefix) + exif});
  }
  const std::string icc = color_profile(source);
  if (fits(icc, channels)) {
    for (auto& segment : profile_segments(icc)) kept.push_back(std::move(segment));
  }
  return kept;
}

std::string jpeg_with_profile(std::string_view jpeg, std::string_view icc) {
  std::string out(jpeg.substr(0, 2));
  for (const auto& [marker, payload] : profile_segments(icc))
    out += written(0xff00 | static_cast<uint64_t>(marker), 2, false) + written(payload.size() + 2, 2, false) + payload;
  return out.append(jpeg.substr(2));
}

std::string with_metadata_of(std::string picture, std::string_view source, const ImageSize& size, int channels) {
  switch (image_format(source)) {
    case ImageFormat::kPng:
      return png_with(std::move(picture), source, size, channels);
    case ImageFormat::kWebp:
      return webp_with(picture, source, size, channels);
    case ImageFormat::kTiff: {
      const std::string icc = tiff_profile(source);
      return with_tags_of(std::move(picture), source, fits(icc, channels) ? icc : "");
    }
    default:
      return extension_like(source) == ".png" ? png_with_copied(std::move(picture), source, size, channels) : picture;
  }
}

}  // namespace pawprint
