#include "app/data/carry_exif.h"

#include <algorithm>
#include <map>

#include "app/data/exif.h"
#include "app/data/tiff_view.h"

namespace pawprint {

namespace {

constexpr uint16_t kOrientation = 274, kExif = 34665, kGps = 34853, kInteroperability = 40965, kWidth = 40962,
                   kHeight = 40963, kProfile = 34675;

struct Tag {
  uint16_t type;
  uint64_t count;
  std::string value;  // little-endian
};
using Tags = std::map<uint16_t, Tag>;  // a directory is sorted

std::string little(uint64_t value, size_t bytes) {
  std::string out;
  for (size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 255);
  return out;
}

void overwrite(const TiffView& view, std::string& copy, const TiffEntry* entry, uint64_t value) {
  const bool number = entry != nullptr && (entry->type == 3 || entry->type == 4) && entry->count >= 1;
  if (number) view.put(copy, entry->at, tiff_type_bytes(entry->type), value);
}

void blot_out_thumbnails(const TiffView& view, std::string& copy, const TiffDirectory& first) {
  const auto second = view.directory(view.number(first.next_at, 4));
  if (first.next_at + 4 <= copy.size()) view.put(copy, first.next_at, 4, 0);
  if (!second) return;
  for (const auto& [where, how_long] : {std::pair<uint16_t, uint16_t>{513, 514}, {273, 279}}) {  // a JPEG; strips
    const auto *at = second->find(where), *length = second->find(how_long);
    if (at == nullptr || length == nullptr) continue;
    const uint64_t begin = view.number(*at), bytes = view.number(*length);
    if (begin < copy.size() && bytes <= copy.size() - begin)
      std::fill_n(copy.begin() + static_cast<long>(begin), bytes, '\0');
  }
}

Tags read_tags(const TiffView& view, const TiffDirectory& directory) {
  Tags tags;
  for (const auto& entry : directory.entries) {
    const bool classic = entry.type <= 12;
    if (classic) tags.emplace(entry.tag, Tag{entry.type, entry.count, view.little_endian(entry)});
  }
  return tags;
}

// Appends the directory, and says where it begins. Values and directories begin at even offsets.
uint64_t append(std::string& tiff, const Tags& tags) {
  const auto even = [&] { tiff.append(tiff.size() % 2, '\0'); };
  even();
  const uint64_t begin = tiff.size();
  std::string directory = little(tags.size(), 2), values;
  const uint64_t values_begin = begin + 2 + 12 * tags.size() + 4;
  for (const auto& [tag, content] : tags) {
    directory += little(tag, 2) + little(content.type, 2) + little(content.count, 4);
    if (content.value.size() <= 4) {
      directory += content.value + std::string(4 - content.value.size(), '\0');
    } else {
      directory += little(values_begin + values.size(), 4);
      values += content.value + std::string(content.value.size() % 2, '\0');
    }
  }
  tiff += directory + little(0, 4) + values;
  return begin;
}

void append_directory_of(std::string& tiff, Tags& parent, const TiffView& view, const TiffDirectory& from,
                         uint16_t pointer) {
  const auto directory = view.directory_at(from, pointer);
  if (!directory) return;
  Tags tags = read_tags(view, *directory);
  tags.erase(kInteroperability);
  parent[pointer] = {4, 1, little(append(tiff, tags), 4)};
}

}  // namespace

std::string upright_exif(std::string_view exif, const ImageSize& size) {
  const auto view = TiffView::open(exif);
  const auto first = view ? view->directory(view->first_directory()) : std::nullopt;
  if (!first || view->is_big()) return {};
  std::string copy(exif);
  overwrite(*view, copy, first->find(kOrientation), 1);
  if (const auto details = view->directory_at(*first, kExif)) {
    overwrite(*view, copy, details->find(kWidth), static_cast<uint64_t>(size.width_px));
    overwrite(*view, copy, details->find(kHeight), static_cast<uint64_t>(size.height_px));
  }
  blot_out_thumbnails(*view, copy, *first);
  const bool upright = read_photo_info(copy, ImageFormat::kTiff).orientation == 1;  // also to who reads a cut entry
  return upright ? copy : std::string();
}

std::string with_tags_of(std::string tiff, std::string_view source, std::string_view icc) {
  // Description, make, model, resolution, page, software, time, author, machine, white point, primaries, copyright.
  constexpr uint16_t kCarried[] = {269, 270, 271, 272, 282, 283, 285, 296, 305, 306, 315, 316, 318, 319, 33432};
  const auto made = TiffView::open(tiff), view = TiffView::open(source);
  const auto directory = made ? made->directory(made->first_directory()) : std::nullopt;
  const auto from = view ? view->directory(view->first_directory()) : std::nullopt;
  if (!directory) return tiff;
  Tags tags = read_tags(*made, *directory);
  if (from) {
    const Tags theirs = read_tags(*view, *from);
    for (const uint16_t tag : kCarried) {
      if (const auto found = theirs.find(tag); found != theirs.end()) tags[tag] = found->second;
    }
    append_directory_of(tiff, tags, *view, *from, kExif);
    append_directory_of(tiff, tags, *view, *from, kGps);
  }
  tags.erase(kOrientation);
  if (!icc.empty()) tags[kProfile] = {7, icc.size(), std::string(icc)};
  const uint64_t begin = append(tiff, tags);
  tiff.replace(4, 4, little(begin, 4));
  return tiff;
}

}  // namespace pawprint
