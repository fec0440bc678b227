#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pawprint {

// A file that appears whole or not at all: written under a temporary name in the same folder, synced, then renamed.
// Without commit() the temporary file is removed and whatever stood under the name stays. Throws Error.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();
  void write(std::string_view bytes);
  void commit();

 private:
  void check(bool ok, const char* doing) const;
  void flush();

  std::filesystem::path path_;
  std::string temporary_;
  std::string buffer_;
  int fd_ = -1;
};

void write_file(const std::filesystem::path& path, std::string_view bytes);

// Makes the folder and those above it. Throws Error if it cannot be written to.
void make_output_folder(const std::filesystem::path& folder);

}  // namespace pawprint
