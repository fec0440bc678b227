#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/data/options.h"

namespace pawprint {

// The photos in a folder by their names; walked once, when the first is asked for.
class PhotoIndex {
 public:
  PhotoIndex(std::filesystem::path root, WalkOptions how);

  const std::filesystem::path& root() const { return root_; }

  // Those called so, in NFC and without regard to case; if there is none those called so but for their extension; if
  // there is none and the name has an image's extension, those with another.
  std::vector<std::filesystem::path> find(const std::string& name);

 private:
  std::filesystem::path root_;
  WalkOptions how_;
  bool walked_ = false;
  std::multimap<std::string, std::filesystem::path> by_name_, by_stem_;
};

// Finds the photos that a table names: as a path, by name anywhere in a folder, with or without extension.
class PhotoFinder {
 public:
  // folders: where paths begin; the first that has a photo wins
  // index: where a photo is looked for by its name if none has
  PhotoFinder(std::vector<std::filesystem::path> folders, std::shared_ptr<PhotoIndex> index);

  // nullopt if there is none. Throws Error, with `subject`, if several could be meant.
  std::optional<std::filesystem::path> find(const std::string& name, const std::string& subject);

 private:
  std::optional<std::filesystem::path> find_by_path(const std::string& name) const;

  std::vector<std::filesystem::path> folders_;
  std::shared_ptr<PhotoIndex> index_;
};

}  // namespace pawprint
