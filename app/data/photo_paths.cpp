#include "app/data/photo_paths.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "app/data/film.h"
#include "app/data/image_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

bool is_hidden(const fs::path& path) { return path.filename().native().starts_with('.'); }

// The entries of a folder that are visible or may be system folders, sorted bytewise.
std::vector<fs::path> entries_of(const fs::path& folder, std::error_code& error) {
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!is_hidden(it->path()) || is_system_folder(it->path().filename().native())) entries.push_back(it->path());
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.native() < b.native(); });
  return entries;
}

// In a folder that may be listed but not entered, behind a path that is too long, on a disk that fails. A link that
// leads nowhere, or to itself, has been looked at.
bool cannot_be_looked_at(fs::file_type type, const std::error_code& error) {
  return type == fs::file_type::none && error != std::errc::too_many_symbolic_link_levels;
}

}  // namespace

bool is_system_folder(std::string_view name) {
  using namespace std::string_view_literals;
  constexpr std::array kNames = {
      // network storage (Synology, QNAP, Samba, NetApp) and its thumbnails, bins and snapshots
      "@eadir"sv, "#recycle"sv, "#snapshot"sv, "@recycle"sv, "@recycle bin"sv, "@recently-snapshot"sv, "@tmp"sv,
      "@sharesnap"sv, "@synoresource"sv, ".@__thumb"sv, "@__thumb"sv, ".@__qini"sv, ".@upload_cache"sv, ".recycle"sv,
      ".snapshot"sv, ".snapshots"sv, "~snapshot"sv, ".zfs"sv, "network trash folder"sv,
      // Windows, macOS, Linux, Android
      "$recycle.bin"sv, "system volume information"sv, "msocache"sv, "config.msi"sv, "__macosx"sv, ".trash"sv,
      ".trashes"sv, ".appledouble"sv, ".appledb"sv, ".appledesktop"sv, ".spotlight-v100"sv, ".fseventsd"sv,
      ".temporaryitems"sv, "temporary items"sv, ".documentrevisions-v100"sv, "lost+found"sv, "lost.dir"sv,
      ".dropbox.cache"sv, ".stversions"sv,
      // programs' thumbnails and copies
      ".thumbnails"sv, ".thumbs"sv, ".thumb"sv, "_thumbs"sv, "_thumbnails"sv, ".xvpics"sv, ".dtrash"sv,
      ".picasaoriginals"sv, ".ipynb_checkpoints"sv, "__pycache__"sv, ".svn"sv, ".git"sv};
  const std::string lower = lower_case(name);
  if (lower.starts_with(".trash-")) return true;  // of a user's number, on a removable disk
  if (lower.size() == 9 && lower.starts_with("found.") && lower.find_first_not_of("0123456789", 6) == lower.npos)
    return true;  // what chkdsk saved
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end();
}

int64_t drop_raw_beside_photos(std::vector<fs::path>& entries) {
  std::set<fs::path> shown;
  for (const auto& path : entries) {
    if (has_image_extension(path) && !is_raw_photo(path)) shown.insert(path.stem());
  }
  return static_cast<int64_t>(
      std::erase_if(entries, [&](const fs::path& path) { return is_raw_photo(path) && shown.contains(path.stem()); }));
}

FolderWalk::FolderWalk(const fs::path& root, WalkOptions how) : how_(std::move(how)) { pending_ = enter(root); }

std::optional<FoundPhoto> FolderWalk::enter(const fs::path& folder) {
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0)
    return FoundPhoto{folder, std::string("cannot be listed: ") + std::strerror(errno)};
  const std::pair<uint64_t, uint64_t> identity{info.st_dev, info.st_ino};
  std::error_code error;
  const bool left_out = !how_.leave_out.empty() && fs::equivalent(folder, how_.leave_out, error);
  const bool loop = std::any_of(levels_.begin(), levels_.end(), [&](const Level& l) { return l.identity == identity; });
  if (left_out || loop) return std::nullopt;
  error.clear();
  auto entries = entries_of(folder, error);
  if (error) return FoundPhoto{folder, "cannot be listed: " + error.message()};
  raw_beside_ += drop_raw_beside_photos(entries);
  std::reverse(entries.begin(), entries.end());
  levels_.push_back({std::move(entries), identity});
  return std::nullopt;
}

std::optional<FoundPhoto> FolderWalk::look_at(fs::path path) {
  std::error_code error;
  const auto type = fs::status(path, error).type();
  const bool system = is_system_folder(path.filename().native());
  if (type == fs::file_type::directory) {
    if (!system) return enter(path);
    ++system_folders_;
    return std::nullopt;
  }
  if (is_hidden(path)) return std::nullopt;  // has a system folder's name, but is none
  if (cannot_be_looked_at(type, error) && !system) return FoundPhoto{std::move(path), error.message()};
  const bool file = type == fs::file_type::regular;
  try {
    if (file ? is_photo_candidate(path) : fs::is_symlink(path, error) && has_image_extension(path))
      return FoundPhoto{std::move(path), ""};  // a link that leads nowhere is reported when it is read
    if (file && is_film(path)) {
      if (how_.film_every_ms > 0) return FoundPhoto{std::move(path), ""};
      ++films_;
    }
  } catch (const Unreadable& reason) {
    return FoundPhoto{std::move(path), reason.what()};
  }
  ++ignored_;
  return std::nullopt;
}

std::optional<FoundPhoto> FolderWalk::next() {
  while (!pending_ && !levels_.empty()) {
    auto& entries = levels_.back().entries;
    if (entries.empty()) {
      levels_.pop_back();
      continue;
    }
    fs::path path = std::move(entries.back());
    entries.pop_back();
    pending_ = look_at(std::move(path));
  }
  return std::exchange(pending_, std::nullopt);
}

std::vector<fs::path> sub_folders(const fs::path& folder) {
  std::error_code error;
  auto entries = entries_of(folder, error);
  if (error) throw Error(in_quotes(folder.native()) + ": expected a folder, got: " + error.message());
  std::erase_if(entries, [](const fs::path& path) {
    std::error_code why;
    const auto type = fs::status(path, why).type();
    if (cannot_be_looked_at(type, why)) throw Error(in_quotes(path.native()) + ": " + why.message());
    return type != fs::file_type::directory || is_system_folder(path.filename().native());
  });
  return entries;
}

}  // namespace pawprint
