// Preloaded into the program, it makes the n-th call of one kind fail that concerns files below one folder:
//   PAWPRINT_FAIL_CALL=write PAWPRINT_FAIL_NUMBER=3 PAWPRINT_FAIL_BELOW=/tmp/x PAWPRINT_FAIL_TOLD=3
// To the open file PAWPRINT_FAIL_TOLD, if it is set, a byte is written when that has happened. PAWPRINT_FAIL_NUMBER=0:
// every one. PAWPRINT_FAIL_KILLS=1: instead of failing, the call kills the program. Kinds: open, tmpfile, read, write,
// fsync, link, rename, unlink, mkdir, mmap; thread, below `thread`.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

template <class Function>
Function* real(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

#define REAL(name) static const auto real_##name = real(&name, #name)

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool fails(std::string_view kind, std::string_view path, int error) {
  static const std::string wanted = setting("PAWPRINT_FAIL_CALL"), below = setting("PAWPRINT_FAIL_BELOW");
  static const long number = std::atol(setting("PAWPRINT_FAIL_NUMBER").c_str());
  static std::atomic<long> calls = 0;
  if (wanted != kind || below.empty() || !path.starts_with(below)) return false;
  if (++calls != number && number != 0) return false;
  REAL(write);
  static const std::string told = setting("PAWPRINT_FAIL_TOLD");
  if (!told.empty() && real_write(std::atoi(told.c_str()), "!", 1) != 1) std::abort();
  if (!setting("PAWPRINT_FAIL_KILLS").empty()) kill(getpid(), SIGKILL);
  errno = error;
  return true;
}

bool fails(std::string_view kind, int fd, int error) {
  char path[4096];
  const auto size = readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
  return size > 0 && fails(kind, std::string_view(path, static_cast<size_t>(size)), error);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if ((flags & O_TMPFILE) == O_TMPFILE ? fails("tmpfile", path, EOPNOTSUPP) : fails("open", path, EMFILE)) return -1;
  REAL(open);
  return real_open(path, flags, mode);
}

int open64(const char* path, int flags, ...) __attribute__((alias("open")));

ssize_t read(int fd, void* data, size_t size) {
  if (fails("read", fd, EIO)) return -1;
  REAL(read);
  return real_read(fd, data, size);
}

ssize_t write(int fd, const void* data, size_t size) {
  if (fails("write", fd, ENOSPC)) return -1;
  REAL(write);
  return real_write(fd, data, size);
}

int fsync(int fd) {
  if (fails("fsync", fd, EIO)) return -1;
  REAL(fsync);
  return real_fsync(fd);
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  if (fails("link", to, EIO)) return -1;
  REAL(linkat);
  return real_linkat(from_folder, from, to_folder, to, flags);
}

int rename(const char* from, const char* to) {
  if (fails("rename", to, EACCES)) return -1;
  REAL(rename);
  return real_rename(from, to);
}

int unlink(const char* path) {
  if (fails("unlink", path, EACCES)) return -1;
  REAL(unlink);
  return real_unlink(path);
}

int mkdir(const char* path, mode_t mode) {
  if (fails("mkdir", path, EACCES)) return -1;
  REAL(mkdir);
  return real_mkdir(path, mode);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*begin)(void*), void* argument) {
  if (fails("thread", "thread", EAGAIN)) return EAGAIN;
  REAL(pthread_create);
  return real_pthread_create(thread, attributes, begin, argument);
}

void* mmap(void* address, size_t size, int protection, int flags, int fd, off_t offset) {
  if (fd >= 0 && fails("mmap", fd, ENOMEM)) return MAP_FAILED;
  REAL(mmap);
  return real_mmap(address, size, protection, flags, fd, offset);
}

}  // extern "C"
