#include "app/commands/scratch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr char kPrefix[] = ".pawprint-";

int open_folder(const fs::path& folder) {
  return open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

void sweep(const fs::path& parent) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().filename().native().starts_with(kPrefix)) found.push_back(entry->path());
  for (const auto& path : found) {
    const int fd = open_folder(path);
    if (fd < 0) continue;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) fs::remove_all(path, error);
    close(fd);
  }
}

}  // namespace

ScratchFolder::ScratchFolder(const fs::path& parent) {
  const int above = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (above >= 0) flock(above, LOCK_EX);  // nobody sweeps away what is not locked yet
  sweep(parent);
  std::string name = parent / (std::string(kPrefix) + "XXXXXXXX");
  const int problem = mkdtemp(name.data()) == nullptr ? errno : 0;
  if (problem == 0) {
    path_ = name;
    lock_ = open_folder(path_);
    if (lock_ >= 0) flock(lock_, LOCK_EX);
  }
  if (above >= 0) close(above);
  if (problem != 0)
    throw Error(in_quotes(parent.native()) + ": expected a folder that can be written, got: " + std::strerror(problem) +
                "; make it writable, or set XDG_DATA_HOME to another place");
}

ScratchFolder::~ScratchFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
  if (lock_ >= 0) close(lock_);
}

}  // namespace pawprint
