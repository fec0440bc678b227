#include "app/data/photo_paths.h"

#include <sys/stat.h>

#include <algorithm>

#include "app/data/image_file.h"
#include "models/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

// The visible entries of a folder, sorted bytewise.
std::vector<fs::path> entries_of(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!is_hidden(it->path())) entries.push_back(it->path());
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.native() < b.native(); });
  return entries;
}

}  // namespace

FolderWalk::FolderWalk(const fs::path& root, fs::path leave_out) : leave_out_(std::move(leave_out)) {
  pending_ = enter(root);
}

std::optional<FoundPhoto> FolderWalk::enter(const fs::path& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) return FoundPhoto{folder, "cannot be listed"};
  const std::pair<uint64_t, uint64_t> identity{info.st_dev, info.st_ino};
  std::error_code error;
  const bool left_out = !leave_out_.empty() && fs::equivalent(folder, leave_out_, error);
  const bool loop = std::any_of(levels_.begin(), levels_.end(), [&](const Level& l) { return l.identity == identity; });
  if (left_out || loop) return std::nullopt;
  error.clear();
  auto entries = entries_of(folder, error);
  if (error) return FoundPhoto{folder, "cannot be listed: " + error.message()};
  std::reverse(entries.begin(), entries.end());
  levels_.push_back({std::move(entries), identity});
  return std::nullopt;
}

std::optional<FoundPhoto> FolderWalk::next() {
  while (pending_ || !levels_.empty()) {
    if (pending_) return std::exchange(pending_, std::nullopt);
    auto& entries = levels_.back().entries;
    if (entries.empty()) {
      levels_.pop_back();
      continue;
    }
    const fs::path path = std::move(entries.back());
    entries.pop_back();
    std::error_code error;
    const auto type = fs::status(path, error).type();
    if (type == fs::file_type::directory) {
      pending_ = enter(path);
    } else if (type == fs::file_type::regular ? is_photo_candidate(path)
                                              : fs::is_symlink(path, error) && has_image_extension(path)) {
      return FoundPhoto{path, ""};  // a link that leads nowhere is reported when it is read
    } else {
      ++ignored_;
    }
  }
  return std::nullopt;
}

std::vector<fs::path> sub_folders(const fs::path& folder) {
  std::error_code error;
  auto entries = entries_of(folder, error);
  if (error) throw Error(in_quotes(folder.native()) + ": expected a folder, got: " + error.message());
  std::erase_if(entries, [](const fs::path& path) {
    std::error_code ignored;
    return !fs::is_directory(path, ignored);
  });
  return entries;
}

}  // namespace pawprint
