#include "app/data/tiff_directory.h"

#include <algorithm>
#include <array>

namespace pawprint {

namespace {

using namespace std::string_view_literals;

// Bytes a value of each type takes; 0: not a type.
constexpr std::array<uint8_t, 19> kTypeBytes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

constexpr uint64_t kMaxEntries = 4096;

}  // namespace

std::optional<TiffStructure> TiffStructure::open(std::string_view bytes) {
  const bool little = bytes.starts_with("II"sv);
  if (!little && !bytes.starts_with("MM"sv)) return std::nullopt;
  TiffStructure out(bytes, little, false);
  const auto magic = out.read(bytes, 2, 2);
  out.big_tiff_ = magic == 43;
  if (magic != 42 && magic != 43) return std::nullopt;
  const auto first = out.big_tiff_ ? out.read(bytes, 8, 8) : out.read(bytes, 4, 4);
  if (!first) return std::nullopt;
  out.first_ = *first;
  return out;
}

std::optional<uint64_t> TiffStructure::read(std::string_view from, uint64_t at, uint64_t count) const {
  if (at > from.size() || count > from.size() - at) return std::nullopt;
  uint64_t value = 0;
  for (uint64_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<uint8_t>(from[at + (little_ ? count - 1 - i : i)]);
  return value;
}

TiffField TiffStructure::entry(uint64_t at) const {
  TiffField out;
  const uint64_t word = big_tiff_ ? 8 : 4;
  const auto tag = read(bytes_, at, 2), type = read(bytes_, at + 2, 2), count = read(bytes_, at + 4, word);
  const auto offset = read(bytes_, at + 4 + word, word);
  if (!tag || !type || !count) return out;
  out.tag = static_cast<uint32_t>(*tag);
  out.type = static_cast<uint32_t>(*type);
  const uint64_t each = *type < kTypeBytes.size() ? kTypeBytes[*type] : 0;
  if (each == 0 || *count > bytes_.size()) return out;
  const uint64_t size = each * *count;
  if (size <= word)
    out.data = bytes_.substr(std::min<uint64_t>(at + 4 + word, bytes_.size()), size);
  else if (offset && *offset < bytes_.size())
    out.data = bytes_.substr(*offset, size);
  return out;
}

TiffStructure::Directory TiffStructure::directory(uint64_t offset) const {
  Directory out;
  const uint64_t count_bytes = big_tiff_ ? 8 : 2, entry_bytes = big_tiff_ ? 20 : 12;
  if (offset >= bytes_.size()) return out;
  const uint64_t claimed = read(bytes_, offset, count_bytes).value_or(0);
  const uint64_t there = (bytes_.size() - offset) / entry_bytes + 1;  // the last one may be cut
  const uint64_t count = std::min({claimed, there, kMaxEntries});
  for (uint64_t i = 0; i < count; ++i) out.entries.push_back(entry(offset + count_bytes + entry_bytes * i));
  if (count == claimed)
    out.next = read(bytes_, offset + count_bytes + entry_bytes * count, big_tiff_ ? 8 : 4).value_or(0);
  return out;
}

std::optional<uint64_t> TiffStructure::number(const TiffField& entry, size_t index) const {
  constexpr std::array kWhole = {1u, 3u, 4u, 13u, 16u, 18u};
  if (std::find(kWhole.begin(), kWhole.end(), entry.type) == kWhole.end()) return std::nullopt;
  const uint64_t each = kTypeBytes[entry.type];
  if (index >= entry.data.size()) return std::nullopt;
  return read(entry.data, each * index, each);
}

const TiffField* find_tag(const TiffStructure::Directory& directory, uint32_t tag) {
  const auto found = std::find_if(directory.entries.begin(), directory.entries.end(),
                                  [&](const TiffField& entry) { return entry.tag == tag; });
  return found == directory.entries.end() ? nullptr : &*found;
}

std::string tiff_text(const TiffField& entry) {
  std::string_view text = entry.data.substr(0, entry.data.find('\0'));
  constexpr auto kBlanks = " \t\r\n"sv;
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

}  // namespace pawprint
