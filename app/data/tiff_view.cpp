#include "app/data/tiff_view.h"

#include <algorithm>

namespace pawprint {

namespace {

using namespace std::string_view_literals;

constexpr uint64_t kMaxEntries = 4096;

}  // namespace

size_t tiff_type_bytes(uint16_t type) {
  constexpr size_t kBytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  return type < std::size(kBytes) ? kBytes[type] : 0;
}

size_t tiff_number_bytes(uint16_t type) { return type == 5 || type == 10 ? 4 : tiff_type_bytes(type); }

const TiffEntry* TiffDirectory::find(uint16_t tag) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.tag == tag; });
  return found == entries.end() ? nullptr : &*found;
}

std::optional<TiffView> TiffView::open(std::string_view bytes) {
  const auto head = bytes.substr(0, 4);
  if (head == "II*\0"sv) return TiffView(bytes, true, false);
  if (head == "MM\0*"sv) return TiffView(bytes, false, false);
  if (head == "II+\0"sv) return TiffView(bytes, true, true);
  if (head == "MM\0+"sv) return TiffView(bytes, false, true);
  return std::nullopt;
}

uint64_t TiffView::number(size_t at, size_t bytes) const {
  if (at > bytes_.size() || bytes > bytes_.size() - at) return 0;
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i)
    value = value << 8 | static_cast<uint8_t>(bytes_[at + (little_ ? bytes - 1 - i : i)]);
  return value;
}

uint64_t TiffView::number(const TiffEntry& entry) const {
  const bool whole = entry.type == 1 || entry.type == 3 || entry.type == 4 || entry.type == 13 || entry.type >= 16;
  return whole ? number(entry.at, tiff_type_bytes(entry.type)) : 0;
}

void TiffView::put(std::string& copy, size_t at, size_t bytes, uint64_t value) const {
  for (size_t i = 0; i < bytes; ++i)
    copy[at + (little_ ? i : bytes - 1 - i)] = static_cast<char>(value >> (8 * i) & 255);
}

uint64_t TiffView::first_directory() const { return big_ ? number(8, 8) : number(4, 4); }

std::optional<TiffDirectory> TiffView::directory(uint64_t offset) const {
  const size_t count_bytes = big_ ? 8 : 2, entry_bytes = big_ ? 20 : 12, offset_bytes = big_ ? 8 : 4;
  if (offset == 0 || offset >= bytes_.size()) return std::nullopt;
  const uint64_t count = number(offset, count_bytes);
  if (count == 0 || count > kMaxEntries) return std::nullopt;
  TiffDirectory directory;
  for (uint64_t i = 0; i < count; ++i) {
    const size_t at = offset + count_bytes + i * entry_bytes;
    if (at + entry_bytes > bytes_.size()) break;
    TiffEntry entry{static_cast<uint16_t>(number(at, 2)), static_cast<uint16_t>(number(at + 2, 2)),
                    number(at + 4, offset_bytes), at + 4 + offset_bytes, 0};
    const size_t one = tiff_type_bytes(entry.type);
    if (one == 0 || entry.count > bytes_.size() / one) continue;
    entry.value_bytes = one * entry.count;
    if (entry.value_bytes > offset_bytes) entry.at = number(entry.at, offset_bytes);
    if (entry.at <= bytes_.size() && entry.value_bytes <= bytes_.size() - entry.at) directory.entries.push_back(entry);
  }
  directory.next_at = offset + count_bytes + count * entry_bytes;
  if (directory.entries.empty()) return std::nullopt;
  return directory;
}

std::optional<TiffDirectory> TiffView::directory_at(const TiffDirectory& parent, uint16_t tag) const {
  const TiffEntry* pointer = parent.find(tag);
  return pointer == nullptr ? std::nullopt : directory(number(*pointer));
}

std::string TiffView::little_endian(const TiffEntry& entry) const {
  std::string values(bytes_.substr(entry.at, entry.value_bytes));
  const size_t one = tiff_number_bytes(entry.type);
  if (little_ || one < 2) return values;
  for (size_t at = 0; at < values.size(); at += one)
    std::reverse(values.begin() + static_cast<std::ptrdiff_t>(at),
                 values.begin() + static_cast<std::ptrdiff_t>(at + one));
  return values;
}

}  // namespace pawprint
