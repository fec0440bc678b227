#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pawprint {

// The directories of a TIFF structure (TIFF 6.0, BigTIFF), of which EXIF data is one. Nothing throws: what is damaged
// or cut gives what could be read, and no offset of a hostile file leads beyond its bytes.
struct TiffField {
  uint32_t tag = 0;
  uint32_t type = 0;
  std::string_view data;  // the values as stored; as much of them as there is
};

class TiffStructure {
 public:
  // Empty if it does not begin as one does. `bytes` must outlive it.
  static std::optional<TiffStructure> open(std::string_view bytes);

  uint64_t first_directory() const { return first_; }
  // At most 4,096 entries, in the file's order; next: the offset of the directory that follows, 0 for none.
  struct Directory {
    std::vector<TiffField> entries;
    uint64_t next = 0;
  };
  Directory directory(uint64_t offset) const;

  // Value `index` of an entry of unsigned whole numbers (BYTE, SHORT, LONG, IFD and their eight-byte kin).
  std::optional<uint64_t> number(const TiffField& entry, size_t index = 0) const;

 private:
  TiffStructure(std::string_view bytes, bool little, bool big_tiff)
      : bytes_(bytes), little_(little), big_tiff_(big_tiff) {}
  std::optional<uint64_t> read(std::string_view from, uint64_t at, uint64_t count) const;
  TiffField entry(uint64_t at) const;

  std::string_view bytes_;
  bool little_;
  bool big_tiff_;
  uint64_t first_ = 0;
};

// The first entry with that tag, or null.
const TiffField* find_tag(const TiffStructure::Directory& directory, uint32_t tag);

// The characters of an ASCII entry up to the first NUL, without blanks around them.
std::string tiff_text(const TiffField& entry);

}  // namespace pawprint
