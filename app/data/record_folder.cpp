#include "app/data/record_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <tuple>

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// Whoever writes a file holds it locked; those who evict share theirs, so that they do not take each other for it.
// Where the file system knows no locks the file goes, and what is written then is lost, no more.
bool remove_unless_written(const fs::path& path) {
  const int fd = open_record_file(path);
  if (fd < 0) return errno == ENOENT;
  const bool written = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  const bool removed = !written && (unlink(path.c_str()) == 0 || errno == ENOENT);
  close(fd);
  return removed;
}

bool used_before(const RecordFile& a, const RecordFile& b) {
  return std::tie(a.used.tv_sec, a.used.tv_nsec, a.path) < std::tie(b.used.tv_sec, b.used.tv_nsec, b.path);
}

}  // namespace

std::vector<RecordFile> record_files(const fs::path& folder) {
  std::vector<RecordFile> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    struct stat info {};
    const auto& path = it->path();
    if (!path.native().ends_with(".records") || lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    files.push_back({path, static_cast<uint64_t>(info.st_size), info.st_mtim});
  }
  return files;
}

int open_record_file(const fs::path& path) {
  // O_NONBLOCK: a FIFO of such a name must not wait.
  return open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
}

int make_private_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return 0;
  const auto parent = folder.parent_path();
  if (!parent.empty() && parent != folder)
    if (const int reason = make_private_folder(parent); reason != 0) return reason;
  if (mkdir(folder.c_str(), 0700) == 0) return 0;
  if (errno != EEXIST) return errno;
  return fs::is_directory(folder, error) ? 0 : ENOTDIR;  // another process was faster
}

uint64_t evict_oldest(const fs::path& folder, uint64_t limit_bytes) {
  auto files = record_files(folder);
  std::sort(files.begin(), files.end(), used_before);
  uint64_t sum = 0;
  for (const auto& file : files) sum += file.bytes;
  for (const auto& file : files) {
    if (sum <= limit_bytes) break;
    if (remove_unless_written(file.path)) sum -= file.bytes;
  }
  return sum;
}

}  // namespace pawprint
