#include "app/data/file_stamp.h"

#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <limits>

namespace pawprint {

namespace {
// Beyond the years 1684 to 2255, which a file may claim, the last: such a stamp is never settled.
int64_t nanoseconds(const timespec& time) {
  constexpr int64_t kMaxSeconds = 9'000'000'000;
  if (time.tv_sec < -kMaxSeconds || time.tv_sec > kMaxSeconds) return std::numeric_limits<int64_t>::max();
  return time.tv_sec * int64_t{1'000'000'000} + time.tv_nsec;
}
}  // namespace

std::string FileStamp::key() const {
  std::string bytes;
  const auto add = [&](auto number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); };
  add(device), add(inode), add(size_bytes), add(modified_ns), add(changed_ns);
  return bytes;
}

std::optional<FileStamp> file_stamp(const std::filesystem::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return FileStamp{info.st_dev, info.st_ino, static_cast<uint64_t>(info.st_size), nanoseconds(info.st_mtim),
                   nanoseconds(info.st_ctim)};
}

bool settled(const FileStamp& stamp, int64_t now_ns) {
  constexpr int64_t kTickNs = 2'000'000'000;
  return std::max(stamp.modified_ns, stamp.changed_ns) < now_ns - kTickNs;
}

int64_t now_ns() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return nanoseconds(time);
}

StampBeforeReading StampBeforeReading::of(const std::filesystem::path& path) { return {file_stamp(path), now_ns()}; }

bool StampBeforeReading::holds(const std::filesystem::path& path) const {
  return stamp && settled(*stamp, taken_ns) && stamp == file_stamp(path);
}

}  // namespace pawprint
