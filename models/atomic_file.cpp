#include "models/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "models/error.h"

namespace pawprint {

namespace fs = std::filesystem;

void AtomicFile::check(bool ok, const char* doing) const {
  if (!ok) throw Error(in_quotes(path_.native()) + ": cannot " + doing + ": " + std::strerror(errno));
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)) {
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
  temporary_ = path_.native() + ".XXXXXX";
  fd_ = mkostemp(temporary_.data(), O_CLOEXEC);
  check(fd_ >= 0, "be written");
  const mode_t mask = umask(0);
  umask(mask);
  check(fchmod(fd_, 0666 & ~mask) == 0, "be written");
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
  if (!temporary_.empty()) {
    check(fsync(fd_) == 0, "be synced");
    check(rename(temporary_.c_str(), path_.c_str()) == 0, "be put in place");
  }
  close(fd_);
  fd_ = -1;
}

void write_file(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void make_output_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder))
    throw Error(in_quotes(folder.native()) +
                ": expected a folder to write to, got: " + (error ? error.message() : std::string("a file")));
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    throw Error(in_quotes(folder.native()) + ": cannot be written to: " + std::strerror(errno));
}

}  // namespace pawprint
