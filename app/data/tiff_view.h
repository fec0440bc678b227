#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pawprint {

// One tag of a TIFF structure. Values lie in the file's byte order.
struct TiffEntry {
  uint16_t tag = 0, type = 0;  // TIFF 6.0, section 2: types 1 to 12, and 16 to 18 of BigTIFF
  uint64_t count = 0;          // of values
  size_t at = 0;               // where the first value begins
  size_t value_bytes = 0;      // of all values, which all lie within the file
};

struct TiffDirectory {
  std::vector<TiffEntry> entries;
  size_t next_at = 0;                         // where the offset of the next directory is written
  const TiffEntry* find(uint16_t tag) const;  // the first; null if there is none
};

// Looks into a TIFF file or EXIF data, of either byte order, without a copy of it.
class TiffView {
 public:
  // Nothing if it does not begin as TIFF or BigTIFF does.
  static std::optional<TiffView> open(std::string_view bytes);

  uint64_t first_directory() const;  // its offset; 0: none
  // Entries that are damaged or reach beyond the file are left out. Nothing if no entry is left.
  std::optional<TiffDirectory> directory(uint64_t offset) const;
  // The directory that a value of this one points to: EXIF (34665), GPS (34853).
  std::optional<TiffDirectory> directory_at(const TiffDirectory& parent, uint16_t tag) const;

  // The first value as a number, types SHORT, LONG and the like; 0 for others.
  uint64_t number(const TiffEntry& entry) const;
  uint64_t number(size_t at, size_t bytes) const;  // 0 past the end
  void put(std::string& copy, size_t at, size_t bytes,
           uint64_t value) const;                           // in a copy of the file, in its byte order
  std::string little_endian(const TiffEntry& entry) const;  // the values

  bool is_big() const { return big_; }

 private:
  TiffView(std::string_view bytes, bool little, bool big) : bytes_(bytes), little_(little), big_(big) {}
  std::string_view bytes_;
  bool little_, big_;
};

// Bytes of one value of a type, and of what its byte order turns (a fraction is two numbers); 0 for an unknown type.
size_t tiff_type_bytes(uint16_t type);
size_t tiff_number_bytes(uint16_t type);

}  // namespace pawprint
