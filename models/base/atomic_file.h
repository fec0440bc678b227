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

// A file that appears whole or not at all: written under a temporary name in the same folder, synced, then renamed.
// Without commit() the temporary file is removed and whatever had the name stays. Throws FileError for what the
// system refuses, Error for a folder in the file's place.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path, std::optional<CopiedFrom> original = {});
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  void write(std::string_view bytes);
  void commit();

 private:
  void check(bool ok, const char* doing) const;
  void flush();

  std::filesystem::path path_;
  std::optional<CopiedFrom> original_;
  std::string temporary_;
  std::string buffer_;
  int fd_ = -1;
};

void write_file(const std::filesystem::path& path, std::string_view bytes, std::optional<CopiedFrom> original = {});

// The most bytes that a name in this folder may have: 255 nearly everywhere, 143 where names are encrypted.
size_t longest_name(const std::filesystem::path& folder);

// The text cut to so many bytes, never within a letter of UTF-8.
std::string cut_to(std::string_view text, size_t bytes);

// Makes the folder and those above it. Throws Error if it cannot be written to.
void make_output_folder(const std::filesystem::path& folder);

}  // namespace pawprint
