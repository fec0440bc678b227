#include "models/base/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// In the same folder, and short enough where the file's own name leaves no room: a name that the folder takes is always
// written.
std::string temporary_name(const fs::path& path) {
  constexpr std::string_view kSuffix = ".XXXXXX";
  const std::string name = path.filename().native();
  const size_t room = longest_name(path.parent_path()) - kSuffix.size();
  return (path.parent_path() / (cut_to(name, room) + std::string(kSuffix))).native();
}

}  // namespace

size_t longest_name(const fs::path& folder) {
  constexpr long kUsual = 255;
  const long limit = pathconf(folder.empty() ? "." : folder.c_str(), _PC_NAME_MAX);
  return static_cast<size_t>(limit < 16 ? kUsual : std::min(limit, kUsual));
}

std::string cut_to(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return std::string(text.substr(0, bytes));
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
  if (fs::exists(path_, error) && !fs::is_regular_file(path_, error)) {  // /dev/stdout, a FIFO: nothing to rename
    fd_ = open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    check(fd_ >= 0, "be written");
    return;
  }
  struct stat info {};  // says of a name that is too long what the short temporary one would hide
  check(lstat(path_.c_str(), &info) == 0 || errno == ENOENT, "be written");
  temporary_ = temporary_name(path_);
  fd_ = mkostemp(temporary_.data(), O_CLOEXEC);
  check(fd_ >= 0, "be written");
  const mode_t mask = umask(0);
  umask(mask);
  const mode_t mode = original_ ? (original_->mode & 0666) | 0600 : 0666;
  // Memory cards (FAT) and some network drives keep no modes and say so: theirs will do.
  check(fchmod(fd_, mode & ~mask) == 0 || errno == EPERM || errno == ENOTSUP || errno == ENOSYS, "be written");
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
  flush();
  if (original_) {
    const timespec times[] = {{0, UTIME_OMIT}, original_->modified};
    futimens(fd_, times);  // a drive that keeps no times has the photo all the same
  }
  if (!temporary_.empty()) {
    check(fsync(fd_) == 0, "be synced");
    check(rename(temporary_.c_str(), path_.c_str()) == 0, "be put in place");
  }
  close(fd_);
  fd_ = -1;
}

void write_file(const fs::path& path, std::string_view bytes, std::optional<CopiedFrom> original) {
  AtomicFile file(path, original);
  file.write(bytes);
  file.commit();
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
