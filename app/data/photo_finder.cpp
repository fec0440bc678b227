#include "app/data/photo_finder.h"

#include <algorithm>
#include <utility>

#include "app/data/film.h"
#include "app/data/image_file.h"
#include "app/data/photo_paths.h"
#include "app/data/unicode_text.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// Most photos have one of these; others are found by walking.
constexpr const char* kUsualExtensions[] = {".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG"};

bool is_file(const fs::path& path) {
  const auto frame = film_frame(path);
  std::error_code error;
  return fs::is_regular_file(frame ? frame->film : path, error);
}

// How many of the folders that `name` begins with `path` has, too, counted from the end.
int64_t common_folders(const fs::path& path, const fs::path& name) {
  auto a = path.parent_path(), b = name.parent_path();
  int64_t common = 0;
  while (!b.empty() && b.has_filename() && a.filename() == b.filename()) {
    ++common;
    a = a.parent_path();
    b = b.parent_path();
  }
  return common;
}

}  // namespace

PhotoIndex::PhotoIndex(fs::path root, WalkOptions how) : root_(std::move(root)), how_(std::move(how)) {}

std::vector<fs::path> PhotoIndex::find(const std::string& name) {
  if (!std::exchange(walked_, true)) {
    FolderWalk walk(root_, how_);
    while (const auto found = walk.next()) {
      by_name_.emplace(folded(found->path.filename().native()), found->path);
      by_stem_.emplace(folded(found->path.stem().native()), found->path);
    }
  }
  const auto among = [](const auto& index, const std::string& key) {
    std::vector<fs::path> found;
    for (auto [it, end] = index.equal_range(folded(key)); it != end; ++it) found.push_back(it->second);
    return found;
  };
  auto found = among(by_name_, name);
  if (found.empty()) found = among(by_stem_, name);  // cat.0 for cat.0.jpg
  if (found.empty() && has_image_extension(name)) found = among(by_stem_, fs::path(name).stem().native());
  return found;
}

PhotoFinder::PhotoFinder(std::vector<fs::path> folders, std::shared_ptr<PhotoIndex> index) : index_(std::move(index)) {
  for (auto& folder : folders) {
    if (std::find(folders_.begin(), folders_.end(), folder) == folders_.end()) folders_.push_back(std::move(folder));
  }
}

std::optional<fs::path> PhotoFinder::find_by_path(const std::string& name) const {
  for (const auto& folder : folders_) {
    if (const auto path = folder / name; is_file(path)) return path;
    if (has_image_extension(name)) continue;
    for (const char* extension : kUsualExtensions) {
      if (const auto path = folder / (name + extension); is_file(path)) return path;
    }
  }
  return std::nullopt;
}

std::optional<fs::path> PhotoFinder::find(const std::string& given, const std::string& subject) {
  if (given.empty()) return std::nullopt;
  if (auto path = find_by_path(given)) return path;
  std::string name = given;
  std::replace(name.begin(), name.end(), '\\', '/');  // a table from Windows
  if (name != given) {
    if (auto path = find_by_path(name)) return path;
  }
  auto found = index_->find(fs::path(name).filename().native());
  if (found.empty()) return std::nullopt;
  const auto common = [&](const fs::path& path) { return common_folders(path, name); };
  int64_t best = 0;
  for (const auto& path : found) best = std::max(best, common(path));
  std::erase_if(found, [&](const fs::path& path) { return common(path) < best; });
  if (found.size() > 1)
    throw Error(subject + ": expected one photo by the name " + in_quotes(given) + ", got " +
                in_quotes(found[0].native()) + " and " + in_quotes(found[1].native()) + "; write paths below " +
                in_quotes(index_->root().native()));
  return found.front();
}

}  // namespace pawprint
