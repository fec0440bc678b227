#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/data/options.h"

namespace pawprint {

struct FoundPhoto {
  std::filesystem::path path;
  std::string problem;  // why it could not be looked at or listed; empty for a photo
};

// @eaDir, lost+found, $RECYCLE.BIN, .thumbnails ..., in any case: what a NAS, a system or a program keeps for itself.
bool is_system_folder(std::string_view name);

// Takes a camera's raw files out of a folder's entries where a photo of another format has the same name: both show one
// shot. -> how many
int64_t drop_raw_beside_photos(std::vector<std::filesystem::path>& entries);

// Walks a folder: its photo candidates and whatever could not be looked at, depth first, each folder's entries sorted
// bytewise. Raw files beside their photos are one with these. Hidden entries and system folders below it are passed
// over; links to folders are followed unless they lead back to a folder being walked; FIFOs, sockets and devices are
// not opened. Holds the names of the folders on the way down only, whatever the number of files.
class FolderWalk {
 public:
  explicit FolderWalk(const std::filesystem::path& root, WalkOptions how = {});
  std::optional<FoundPhoto> next();
  int64_t ignored() const { return ignored_; }  // files that are no photos, so far; hidden ones are not counted
  int64_t system_folders() const { return system_folders_; }  // passed over so far
  int64_t raw_beside() const { return raw_beside_; }          // raw files beside their photos, so far
  int64_t films() const { return films_; }                    // passed over so far; among `ignored`, too

 private:
  struct Level {
    std::vector<std::filesystem::path> entries;  // in reverse order
    std::pair<uint64_t, uint64_t> identity;      // device and inode
  };
  std::optional<FoundPhoto> enter(const std::filesystem::path& folder);
  std::optional<FoundPhoto> look_at(std::filesystem::path path);

  std::vector<Level> levels_;
  std::optional<FoundPhoto> pending_;
  WalkOptions how_;
  int64_t ignored_ = 0, system_folders_ = 0, raw_beside_ = 0, films_ = 0;
};

// The visible sub-folders of `folder` that are no system folders, sorted bytewise by name. Throws Error if it cannot be
// listed, or may be listed but not entered.
std::vector<std::filesystem::path> sub_folders(const std::filesystem::path& folder);

}  // namespace pawprint
