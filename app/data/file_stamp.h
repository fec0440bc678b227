#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace pawprint {

// Which file it is and when it last changed: as long as the stamp is the same, so is the content, provided the stamp
// was settled when the content was read. To record what was read under a stamp: take the stamp, take now_ns(), read,
// take the stamp again; both must be the same (else the path led elsewhere meanwhile) and the first settled.
struct FileStamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size_bytes = 0;
  int64_t modified_ns = 0;  // since 1970: of the content
  int64_t changed_ns = 0;   // since 1970: of the content, name, owner or mode; no program sets it
  bool operator==(const FileStamp&) const = default;

  static constexpr size_t kKeyBytes = 40;
  std::string key() const;  // kKeyBytes bytes, in the byte order of the machine
};

// Follows links. Empty for what is missing, cannot be looked at, or is no regular file.
std::optional<FileStamp> file_stamp(const std::filesystem::path& path);

// Whether both times lie more than 2 s before `now_ns`. A file changed since then may be changed again within the same
// tick of the file system's clock (at most 2 s, on FAT) and keep its stamp: what git calls racily clean.
bool settled(const FileStamp& stamp, int64_t now_ns);

// Nanoseconds since 1970, on the clock that stamps files.
int64_t now_ns();

// A stamp as it was before the file was read.
struct StampBeforeReading {
  std::optional<FileStamp> stamp;  // none: nothing can be recorded under it
  int64_t taken_ns = 0;

  static StampBeforeReading of(const std::filesystem::path& path);
  // Whether what was read since may be recorded under the stamp.
  bool holds(const std::filesystem::path& path) const;
};

}  // namespace pawprint
