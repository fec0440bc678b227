#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "app/data/photo_paths.h"

namespace pawprint {

// The photos that `classify PATH...` names, one after the other: files as given, folders walked, `-` read from stdin
// (paths separated by NUL where the first block holds one, else by newlines); of films their frames.
class PathSource {
 public:
  PathSource(std::vector<std::string> arguments, WalkOptions how);
  std::optional<FoundPhoto> next();  // throws Interrupted while it waits for stdin
  int64_t ignored() const;           // files in folders that are no photos, so far
  int64_t system_folders() const;    // passed over so far
  int64_t films() const;             // the same; among `ignored`, too

 private:
  std::optional<FoundPhoto> next_file();
  std::optional<std::string> next_name();
  std::optional<std::string> next_from_stdin();

  std::deque<std::string> arguments_;
  WalkOptions how_;
  std::deque<std::filesystem::path> frames_;  // of a film, to come
  std::optional<FolderWalk> walk_;
  int64_t ignored_ = 0, system_folders_ = 0, films_ = 0;
  bool in_stdin_ = false, stdin_ended_ = false;
  std::optional<char> separator_;
  std::string buffer_;
};

}  // namespace pawprint
