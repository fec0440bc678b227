#include "app/training/kept_choice.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>

#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/base/sha256.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// Held while another run's choice is looked for and this one's is written. Where a file system knows no locks, both may
// be written, and the later one stays.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder) : fd_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (fd_ >= 0) flock(fd_, LOCK_EX);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }

 private:
  int fd_;
};

// Null if there is none that can be read.
nlohmann::json read_choice(const fs::path& file, const nlohmann::json& conditions,
                           const std::function<bool(const nlohmann::json&)>& is_whole) {
  try {
    if (!fs::is_regular_file(file)) return {};
    std::ifstream in(file);
    const auto json = nlohmann::json::parse(in);
    if (json.at("valid_for") == conditions && is_whole(json.at("facts"))) return json["facts"];
  } catch (const std::exception&) {  // a disk's error is none of Error's
  }
  return {};
}

}  // namespace

KeptChoice kept_choice(const fs::path& folder, const nlohmann::json& conditions,
                       const std::function<bool(const nlohmann::json& choice)>& is_whole,
                       const std::function<nlohmann::json()>& make) {
  if (folder.empty()) return {make()};
  const fs::path file = folder / "recipes" / (sha256(conditions.dump()).hex().substr(0, 16) + ".json");
  if (auto kept = read_choice(file, conditions, is_whole); !kept.is_null()) return {std::move(kept)};
  KeptChoice own{make()};
  if (own.choice.is_null()) return own;
  try {
    fs::create_directories(file.parent_path());
    const FolderLock lock(file.parent_path());
    if (auto faster = read_choice(file, conditions, is_whole); !faster.is_null()) return {std::move(faster)};
    write_file(file, nlohmann::json{{"valid_for", conditions}, {"facts", own.choice}}.dump(1) + "\n");
  } catch (const std::exception& error) {
    own.problem = error.what();
  }
  return own;
}

}  // namespace pawprint
