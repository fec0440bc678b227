#pragma once

#include <filesystem>

namespace pawprint {

// A new folder, `.pawprint-` and eight letters, in one that exists. It goes with all that is in it; one whose owner was
// killed goes when the next one is made beside it. Throws Error if it cannot be made.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::filesystem::path& parent);
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;  // held as long as it is in use
};

}  // namespace pawprint
