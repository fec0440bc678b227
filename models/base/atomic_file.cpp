#include "models/base/atomic_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <random>
#include <set>

#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = ".pawprint-";
constexpr size_t kDigits = 8;
constexpr long kUsualNameBytes = 255;

std::string temporary_name(const fs::path& folder) {
  static thread_local std::random_device random;
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(random()));
  return (folder / (std::string(kPrefix) + digits)).native();
}

bool is_temporary_name(std::string_view name) {
  return name.size() == kPrefix.size() + kDigits && name.starts_with(kPrefix) &&
         name.find_first_not_of("0123456789abcdef", kPrefix.size()) == name.npos;
}

bool lock(int fd) { return flock(fd, LOCK_EX | LOCK_NB) == 0; }

// Whoever sweeps may have come between making and locking: then it has no name any more.
bool has_name(int fd) {
  struct stat info {};
  return fstat(fd, &info) == 0 && info.st_nlink > 0;
}

std::string in_proc(int fd) { return "/proc/self/fd/" + std::to_string(fd); }

// -1 where the file system, or a system without /proc, cannot: a file that could not be linked later is of no use.
int open_without_name(const fs::path& folder, mode_t mode) {
  const int fd = open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
  if (fd >= 0 && access(in_proc(fd).c_str(), F_OK) == 0 && lock(fd)) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

// The file, or -1 and errno.
int open_with_name(const fs::path& folder, mode_t mode, std::string& name) {
  while (true) {
    name = temporary_name(folder);
    const int fd = open(name.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    if (fd < 0 && errno != EEXIST) return fd;
    if (fd >= 0 && (!lock(fd) || has_name(fd))) return fd;  // without locks nobody sweeps
    if (fd >= 0) close(fd);
  }
}

}  // namespace

size_t longest_name(const fs::path& folder) {
  const long limit = pathconf(folder.empty() ? "." : folder.c_str(), _PC_NAME_MAX);
  return static_cast<size_t>(limit < 16 ? kUsualNameBytes : std::min(limit, kUsualNameBytes));
}

std::string cut_to(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return std::string(text.substr(0, bytes));
}

void sweep_temporary_files(const fs::path& folder) {
  static std::mutex mutex;
  static std::set<std::string> swept;
  {
    const std::lock_guard guard(mutex);
    if (!swept.insert(folder.native()).second) return;
  }
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!is_temporary_name(entry->path().filename().native())) continue;
    const int fd = open(entry->path().c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) continue;
    if (lock(fd)) unlink(entry->path().c_str());
    close(fd);
  }
}

void AtomicFile::check(bool ok, const char* doing) const {
  if (!ok) throw FileError(in_quotes(path_.native()) + ": cannot " + doing, errno);
}

AtomicFile::AtomicFile(fs::path path, std::optional<CopiedFrom> original)
    : path_(std::move(path)), original_(original) {
  std::error_code error;
  if (fs::is_directory(path_, error))
    throw Error(in_quotes(path_.native()) + ": expected a file to write, got a folder");
  if (fs::is_symlink(path_, error)) {  // replace what it points to
    const fs::path target = fs::weakly_canonical(path_, error);
    if (error) throw Error(in_quotes(path_.native()) + ": cannot be written: " + error.message());
    path_ = target;
  }
  if (fs::exists(path_, error) && !fs::is_regular_file(path_, error)) {  // /dev/stdout, a FIFO: nothing to put in place
    in_place_ = true;
    fd_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    check(fd_ >= 0, "be written");
    return;
  }
  struct stat info {};  // says of a name that is too long what the short temporary one would hide
  check(lstat(path_.c_str(), &info) == 0 || errno == ENOENT, "be written");
  const fs::path folder = path_.has_parent_path() ? path_.parent_path() : ".";
  sweep_temporary_files(folder);
  const mode_t mode = original_ ? (original_->mode & 0666) | 0600 : 0666;  // the umask takes its own
  fd_ = open_without_name(folder, mode);
  if (fd_ < 0) fd_ = open_with_name(folder, mode, temporary_);
  if (fd_ < 0) temporary_.clear();
  check(fd_ >= 0, "be written");
}

AtomicFile::~AtomicFile() {
  if (fd_ < 0) return;
  close(fd_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

void AtomicFile::flush() {
  for (size_t done = 0; done < buffer_.size();) {
    const ssize_t count = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (count < 0 && errno == EINTR) continue;
    check(count >= 0, "be written");
    done += static_cast<size_t>(count);
  }
  buffer_.clear();
}

void AtomicFile::write(std::string_view bytes) {
  constexpr size_t kBuffer = 1 << 18;
  buffer_ += bytes;
  if (buffer_.size() >= kBuffer) flush();
}

void AtomicFile::commit() {
  sync();
  put_in_place();
}

void AtomicFile::sync() {
  flush();
  if (original_) {
    const timespec times[] = {{0, UTIME_OMIT}, original_->modified};
    futimens(fd_, times);  // a drive that keeps no times has the photo all the same
  }
  if (!in_place_) check(fsync(fd_) == 0, "be synced");
}

void AtomicFile::remove_old() {
  if (!in_place_) check(unlink(path_.c_str()) == 0 || errno == ENOENT, "be replaced");
}

void AtomicFile::put_in_place() {
  if (!in_place_) link_or_rename();
  temporary_.clear();
  close(fd_);
  fd_ = -1;
}

void AtomicFile::link_or_rename() {
  // A link never replaces a file: where there is one, it takes a name of its own first.
  const auto link_as = [&](const std::string& name) {
    return linkat(AT_FDCWD, in_proc(fd_).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
  };
  if (temporary_.empty()) {
    if (link_as(path_.native())) return;
    check(errno == EEXIST, "be put in place");
    const auto next_name = [&] { temporary_ = temporary_name(path_.parent_path()); };
    for (next_name(); !link_as(temporary_); next_name()) check(errno == EEXIST, "be put in place");
  }
  check(rename(temporary_.c_str(), path_.c_str()) == 0, "be put in place");
}

void write_file(const fs::path& path, std::string_view bytes, std::optional<CopiedFrom> original) {
  AtomicFile file(path, original);
  file.write(bytes);
  file.commit();
}

bool is_folder_name(std::string_view name) {
  return !name.empty() && static_cast<long>(name.size()) <= kUsualNameBytes && name != "." && name != ".." &&
         name.find('/') == name.npos && !has_control_characters(name);
}

void make_output_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string subject = in_quotes(folder.native());
  if (error) throw FileError(subject + ": expected a folder to write to, got", error.value());
  if (!fs::is_directory(folder, error)) throw Error(subject + ": expected a folder to write to, got: a file");
  if (access(folder.c_str(), W_OK | X_OK) != 0) throw FileError(subject + ": cannot be written to", errno);
}

}  // namespace pawprint
