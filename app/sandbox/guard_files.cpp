// Landlock: https://docs.kernel.org/userspace-api/landlock.html
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "app/sandbox/sandbox_parts.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr long kRenamesBetweenFolders = 2, kTruncates = 3;  // versions of its interface: with the first no file can go
                                                            // from one folder into another
constexpr uint64_t kTruncate = uint64_t{1} << 14;           // younger than Debian 12's header
constexpr uint64_t kInFile = LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
constexpr uint64_t kInFolder = kInFile | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                               LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |
                               LANDLOCK_ACCESS_FS_REFER;
constexpr uint64_t kAll = kInFolder | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                          LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

// Closes on every way out.
struct Descriptor {
  int fd;
  explicit Descriptor(long opened) : fd(static_cast<int>(opened)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

void check(long result) {
  if (result < 0)
    throw Error(std::string("the kernel: expected Landlock to guard files, got: ") + std::strerror(errno) +
                "; --no-sandbox does without");
}

// What cannot be opened here cannot be written to either: whoever tries says why.
void allow(const Descriptor& ruleset, const std::filesystem::path& path, uint64_t access) {
  const Descriptor opened(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat info {};
  if (opened.fd < 0 || fstat(opened.fd, &info) != 0) return;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(info.st_mode) ? access : access & kInFile;
  if (rule.allowed_access == 0) return;  // a file where a folder should be
  rule.parent_fd = opened.fd;
  check(syscall(SYS_landlock_add_rule, ruleset.fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0));
}

}  // namespace

bool guard_files(const SandboxRules& rules) {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < kRenamesBetweenFolders) return false;
  const uint64_t known = version < kTruncates ? ~kTruncate : ~uint64_t{0};
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = (rules.may_start_programs ? kAll & ~uint64_t{LANDLOCK_ACCESS_FS_EXECUTE} : kAll) & known;
  const Descriptor ruleset(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
  check(ruleset.fd);
  for (const auto& path : rules.writable) allow(ruleset, path, kInFolder & known);
  for (const auto& path : rules.cleared) allow(ruleset, path, LANDLOCK_ACCESS_FS_REMOVE_DIR);
  if (rules.may_start_programs) allow(ruleset, "/dev/null", kInFile & known);
  std::error_code error;
  for (std::filesystem::directory_iterator entry("/dev", error), end; !error && entry != end; entry.increment(error))
    if (entry->path().filename().native().starts_with("nvidia")) allow(ruleset, entry->path(), kInFile & known);
  check(syscall(SYS_landlock_restrict_self, ruleset.fd, 0));
  return true;
}

}  // namespace pawprint
