#include "app/data/record_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <stdexcept>

#include "app/data/record_folder.h"
#include "models/base/error.h"
#include "models/base/sha256.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr const char* kExtension = ".records";
constexpr std::string_view kMagic = "pawprint records\n";
constexpr uint32_t kVersion = 1;
constexpr size_t kChecksumBytes = 8;
constexpr size_t kIdentityBytes = sizeof(Sha256::bytes);
constexpr uint64_t kMaxFileBytes = 64'000'000;  // what one eviction loses
constexpr size_t kMaxHeldFiles = 16;            // a process has several stores and perhaps 1024 descriptors
constexpr size_t kBlockBytes = 1 << 18;

std::string_view view(const Sha256& hash, size_t bytes = kIdentityBytes) {
  return {reinterpret_cast<const char*>(hash.bytes.data()), bytes};
}

// In the byte order of the machine, as the values are: a file from one with another order has another header.
template <class Number>
std::string bytes_of(Number number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

// Ends in a hash of all before it, which identifies the kind in the records' checksums.
std::string header_of(const RecordKind& kind) {
  std::string header(kMagic);
  header += bytes_of(kVersion);
  for (const uint64_t number : {kind.key_bytes, kind.value_bytes, kind.name.size(), kind.text.size()})
    header += bytes_of(number);
  header += kind.name + kind.text;
  return header.append(view(sha256(header)));
}

bool read_at(int fd, char* to, size_t bytes, uint64_t offset) {
  while (bytes > 0) {
    const ssize_t got = pread(fd, to, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    offset += static_cast<uint64_t>(got);
    bytes -= static_cast<size_t>(got);
  }
  return true;
}

// In one call unless there is no room, so that others see a whole record or a torn end. 0 or the reason.
int write_at(int fd, std::string_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    offset += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

}  // namespace

// Held open, so that it stays readable when another process deletes it; or, with fd < 0, opened for every read.
struct RecordStore::File {
  fs::path path;
  int fd = -1;

  File(fs::path path_, int fd_) : path(std::move(path_)), fd(fd_) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd >= 0) close(fd);
  }

  bool read(char* to, size_t bytes, uint64_t offset) const {
    if (fd >= 0) return read_at(fd, to, bytes, offset);
    const File opened(path, open_record_file(path));
    return opened.fd >= 0 && read_at(opened.fd, to, bytes, offset);
  }
};

RecordStore::RecordStore(fs::path folder, RecordKind kind, uint64_t limit_bytes)
    : folder_(std::move(folder)),
      kind_(std::move(kind)),
      header_(header_of(kind_)),
      prefix_(kind_.name + '-' + sha256(header_).hex().substr(0, 16) + '-'),
      limit_bytes_(limit_bytes),
      file_bytes_(std::min(kMaxFileBytes, limit_bytes / 8)) {
  const uint64_t min = header_.size() + record_bytes();
  if (const int reason = make_private_folder(folder_); reason != 0)
    fail(folder_, std::string("expected a folder to store in, got: ") + std::strerror(reason));
  else if (limit_bytes_ < min)
    fail(folder_, "expected a limit of at least " + std::to_string(min) + " bytes to store in, got " +
                      std::to_string(limit_bytes_));
  read_files();
}

RecordStore::~RecordStore() {
  if (!own_) return;
  end_file();
  evict_oldest(folder_, limit_bytes_);
}

void RecordStore::read_files() {
  for (const auto& entry : record_files(folder_)) {
    const auto& path = entry.path;
    if (!path.filename().native().starts_with(prefix_)) continue;
    auto file = std::make_shared<const File>(path, open_record_file(path));
    std::string header(header_.size(), '\0');
    if (file->fd < 0 || !file->read(header.data(), header.size(), 0) || header != header_) continue;
    futimens(file->fd, nullptr);  // used now; fails harmlessly on the file of another user
    read_keys(*file, files_.size());
    if (files_.size() >= kMaxHeldFiles) file = std::make_shared<const File>(path, -1);
    files_.push_back(std::move(file));
  }
}

// Whole blocks: several times as fast as to read the keys alone, from memory and from a disk, unless records are large.
void RecordStore::read_keys(const File& file, size_t number) {
  struct stat info {};
  if (fstat(file.fd, &info) != 0 || static_cast<uint64_t>(info.st_size) < header_.size()) return;
  const uint64_t stride = record_bytes();
  const uint64_t longest = std::max(kMaxFileBytes, header_.size() + stride);  // what we write; the rest would be junk
  const uint64_t count = (std::min(static_cast<uint64_t>(info.st_size), longest) - header_.size()) / stride;
  const uint64_t max = std::max<uint64_t>(1, kBlockBytes / stride);
  std::string block((max - 1) * stride + kind_.key_bytes, '\0');
  index_.reserve(index_.size() + count);
  for (uint64_t first = 0; first < count; first += max) {
    const uint64_t have = std::min(max, count - first);
    const uint64_t offset = header_.size() + first * stride;
    if (!file.read(block.data(), (have - 1) * stride + kind_.key_bytes, offset)) return;
    for (uint64_t i = 0; i < have; ++i) {
      const std::string_view key(block.data() + i * stride, kind_.key_bytes);
      index_.emplace(std::hash<std::string_view>()(key), Place{number, offset + i * stride});
    }
  }
}

std::vector<RecordStore::FoundPlace> RecordStore::places(std::string_view key) const {
  std::vector<FoundPlace> found;
  const std::shared_lock lock(mutex_);
  const auto [first, last] = index_.equal_range(std::hash<std::string_view>()(key));
  for (auto it = first; it != last; ++it) found.push_back({files_[it->second.file], it->second.offset});
  return found;
}

bool RecordStore::find(std::string_view key, void* value) const {
  check(key);
  std::string stored(record_bytes() - kind_.key_bytes, '\0');
  for (const auto& [file, offset] : places(key)) {
    if (!file->read(stored.data(), stored.size(), offset + kind_.key_bytes)) continue;
    const auto found = std::string_view(stored).substr(0, kind_.value_bytes);
    if (std::string_view(stored).substr(kind_.value_bytes) != checksum(key, found)) continue;
    std::memcpy(value, found.data(), found.size());
    return true;
  }
  return false;
}

void RecordStore::append(std::string_view key, const void* value) {
  check(key);
  std::string present(kind_.value_bytes, '\0');
  if (!problem().empty() || find(key, present.data())) return;
  const bool full = own_ && own_bytes_ + record_bytes() > file_bytes_;
  if ((!own_ || full) && !begin_file()) return;

  const auto file = files_[*own_];
  const std::string header = own_bytes_ == 0 ? header_ : "";
  if (const int reason = write_at(file->fd, header + record(key, value), own_bytes_); reason != 0) {
    // A file without a record would never be of use.
    const int undone =
        own_bytes_ == 0 ? unlink(file->path.c_str()) : ftruncate(file->fd, static_cast<off_t>(own_bytes_));
    static_cast<void>(undone);  // else readers ignore the torn end
    return fail(file->path, std::string("cannot be written: ") + std::strerror(reason));
  }
  own_bytes_ += header.size();
  const std::unique_lock lock(mutex_);
  index_.emplace(std::hash<std::string_view>()(key), Place{*own_, own_bytes_});
  own_bytes_ += record_bytes();
}

bool RecordStore::begin_file() {
  end_file();
  evict_oldest(folder_, limit_bytes_);
  std::string path = (folder_ / (prefix_ + "XXXXXX" + kExtension)).native();
  const int fd = mkostemps(path.data(), static_cast<int>(std::strlen(kExtension)), O_CLOEXEC);
  if (fd < 0) {
    fail(folder_, std::string("cannot be written to: ") + std::strerror(errno));
    return false;
  }
  flock(fd, LOCK_EX | LOCK_NB);  // against eviction
  const std::unique_lock lock(mutex_);
  own_ = files_.size();
  own_bytes_ = 0;
  files_.push_back(std::make_shared<const File>(path, fd));
  return true;
}

// Closes the file, which frees its space if it is evicted and the lock; its records are read through its path.
void RecordStore::end_file() {
  if (!own_) return;
  const std::unique_lock lock(mutex_);
  files_[*own_] = std::make_shared<const File>(files_[*own_]->path, -1);
  own_.reset();
}

std::string RecordStore::record(std::string_view key, const void* value) const {
  const std::string_view bytes(static_cast<const char*>(value), kind_.value_bytes);
  return std::string(key).append(bytes).append(checksum(key, bytes));
}

std::string RecordStore::checksum(std::string_view key, std::string_view value) const {
  const auto identity = std::string_view(header_).substr(header_.size() - kIdentityBytes);
  return std::string(view(Sha256Stream().add(identity).add(key).add(value).finish(), kChecksumBytes));
}

void RecordStore::check(std::string_view key) const {
  if (key.size() != kind_.key_bytes)
    throw std::invalid_argument("expected a key of " + std::to_string(kind_.key_bytes) + " bytes, got " +
                                std::to_string(key.size()));
}

size_t RecordStore::record_bytes() const { return kind_.key_bytes + kind_.value_bytes + kChecksumBytes; }

size_t RecordStore::size() const {
  const std::shared_lock lock(mutex_);
  return index_.size();
}

std::string RecordStore::problem() const {
  const std::shared_lock lock(mutex_);
  return problem_;
}

void RecordStore::fail(const fs::path& subject, const std::string& reason) {
  const std::unique_lock lock(mutex_);
  problem_ = in_quotes(subject.native()) + ": " + reason;
}

}  // namespace pawprint
