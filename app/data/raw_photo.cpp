#include "app/data/raw_photo.h"

#include <utility>
#include <vector>

#include "app/data/tiff_directory.h"

namespace pawprint {

namespace {

constexpr uint32_t kNewSubfileType = 254, kPhotometric = 262, kSubDirectories = 330, kDngVersion = 50706;
constexpr uint64_t kColorFilterArray = 32803, kLinearRaw = 34892;
constexpr uint64_t kThumbnailOrMask = 5;  // bits of NewSubfileType
constexpr size_t kMaxDirectories = 32;

struct Picture {
  uint64_t offset;
  TiffStructure::Directory directory;
};

// The chain of directories, and what each has below it.
std::vector<Picture> all_pictures(const TiffStructure& tiff) {
  std::vector<Picture> out;
  uint64_t offset = tiff.first_directory();
  for (size_t i = 0; i < kMaxDirectories && offset != 0; ++i) {
    auto directory = tiff.directory(offset);
    const uint64_t next = directory.next;
    const auto* below = find_tag(directory, kSubDirectories);
    std::vector<uint64_t> sub_offsets;
    for (size_t k = 0; below != nullptr && k < kMaxDirectories; ++k) {
      if (const auto at = tiff.number(*below, k)) sub_offsets.push_back(*at);
    }
    out.push_back({offset, std::move(directory)});
    for (const uint64_t at : sub_offsets) out.push_back({at, tiff.directory(at)});
    if (out.size() >= kMaxDirectories) break;
    offset = next;
  }
  return out;
}

uint64_t value(const TiffStructure& tiff, const Picture& picture, uint32_t tag) {
  const auto* entry = find_tag(picture.directory, tag);
  return entry != nullptr ? tiff.number(*entry).value_or(0) : 0;
}

}  // namespace

TiffPictures tiff_pictures(std::string_view bytes) {
  TiffPictures out;
  const auto tiff = TiffStructure::open(bytes);
  if (!tiff) return out;
  out.photo = tiff->first_directory();
  const auto pictures = all_pictures(*tiff);
  bool found = false;
  for (const auto& picture : pictures) {
    const uint64_t photometric = value(*tiff, picture, kPhotometric);
    out.raw = out.raw || photometric == kColorFilterArray || photometric == kLinearRaw ||
              find_tag(picture.directory, kDngVersion) != nullptr;
    if (found || picture.directory.entries.empty()) continue;
    found = (value(*tiff, picture, kNewSubfileType) & kThumbnailOrMask) == 0;
    if (found) out.photo = picture.offset;
  }
  return out;
}

}  // namespace pawprint
