#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "models/base/sha256.h"

namespace pawprint {

// A file that `classify --sort-into` wrote.
struct SortedFile {
  std::string name;      // from the folder on: `cats/1.jpg`
  bool is_link = false;  // else a copy
  Sha256 content;        // of the photo
  Sha256 target;         // of a link: of the path it holds
};

// What earlier runs wrote into a folder, kept in its hidden file `.pawprint-sorted`: a line a file,
//   copy SHA256 NAME,  link SHA256 SHA256-OF-TARGET NAME  or, once it was moved away,  gone NAME
// in which a backslash and a line feed of a name are written \\ and \n. Lines are only ever added, before the file they
// name is made: a run that is cut off leaves at most a line too many, and several runs can write at once. The last line
// of a name counts.
class SortedList {
 public:
  static constexpr const char* kName = ".pawprint-sorted";

  // Reads what is there. A line that is damaged does not count. Throws Error.
  explicit SortedList(std::filesystem::path folder);
  SortedList(const SortedList&) = delete;
  SortedList& operator=(const SortedList&) = delete;
  ~SortedList();

  void add(const SortedFile& file);
  void remove(const std::string& name);  // what a person puts in its place is not ours

  // Null if no run wrote a file of this name.
  const SortedFile* find(const std::string& name) const;

  // Those of this content, and links that hold this path, which are still as they were written and in another of the
  // folders.   path: the hash of one
  std::vector<SortedFile> elsewhere(const std::string& folder, const Sha256& content, const Sha256& path) const;

 private:
  void append(std::string line);
  void remember(const SortedFile& file);
  void forget(const std::string& name);
  bool is_unchanged(const SortedFile& file) const;

  std::filesystem::path folder_;
  std::map<std::string, SortedFile> files_;   // by name
  std::multimap<Sha256, std::string> names_;  // by content, and of links by target too
  bool cut_off_ = false;                      // the last line
  int fd_ = -1;                               // opened when there is something to add
};

}  // namespace pawprint
