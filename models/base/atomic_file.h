#pragma once

#include <sys/types.h>

#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pawprint {

// What a copy keeps of the file it was made from.
struct CopiedFrom {
  mode_t mode = 0;         // who may read and write; the copy's owner may always do both; it is never executable
  timespec modified = {};  // CLOCK_REALTIME
};

// A file that appears whole or not at all: written without a name in the same folder (O_TMPFILE), synced, then linked
// and renamed. Without commit() nothing is left of it, killed at any moment or not, and what was under the name stays.
// Where the file system takes no files without a name, it has a temporary one, ".pawprint-" and 8 digits, locked while
// its writer lives; the first AtomicFile in a folder removes those that nobody holds. Throws FileError for what the
// system refuses, Error for a folder in the file's place.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path, std::optional<CopiedFrom> original = {});
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  void write(std::string_view bytes);
  void commit();

  // The steps of commit(), where several files belong together (file_set.h).
  void sync();
  void remove_old();  // what is under the name
  void put_in_place();

 private:
  void check(bool ok, const char* doing) const;
  void flush();
  void link_or_rename();

  std::filesystem::path path_;
  std::optional<CopiedFrom> original_;
  bool in_place_ = false;  // written through: a device, a FIFO
  std::string temporary_;  // empty: without a name
  std::string buffer_;
  int fd_ = -1;
};

void write_file(const std::filesystem::path& path, std::string_view bytes, std::optional<CopiedFrom> original = {});

// The most bytes that a name in this folder may have: 255 nearly everywhere, 143 where names are encrypted.
size_t longest_name(const std::filesystem::path& folder);

// Removes what writers that were killed left in this folder; once in the life of the process.
void sweep_temporary_files(const std::filesystem::path& folder);

// The text cut to so many bytes, never within a letter of UTF-8.
std::string cut_to(std::string_view text, size_t bytes);

// Neither empty nor `.` or `..`, without `/` and control characters, at most 255 bytes.
bool is_folder_name(std::string_view name);

// Makes the folder and those above it. Throws Error if it cannot be written to.
void make_output_folder(const std::filesystem::path& folder);

}  // namespace pawprint
