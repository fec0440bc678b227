#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/evaluation/prediction.h"
#include "app/report/sorted_list.h"

namespace pawprint {

// One photo could not be put into its folder; what() is the reason, without the photo's path.
struct NotSorted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The folder of a photo: that of its class, or `unfamiliar` or `unsure` where its note says so (`unfamiliar` where both
// do). Where a class has such a name, in any case, the note's folder is `note-unfamiliar`.
std::string sort_folder(const Prediction& prediction, const std::vector<std::string>& class_names,
                        const std::string& class_name);

// Puts photos into folders, by copying or linking. A photo of the same content that an earlier run put into another of
// the folders is moved; what a person put there or changed is neither moved, removed nor overwritten, and neither is
// the photo itself.
class SortInto {
 public:
  SortInto(std::filesystem::path folder, bool link);

  // Returns where the photo is now; a film's frame (app/data/film.h) is nowhere, but says where the film goes. A file
  // of the same name and content that is there already is kept; of another content, the new one is named
  // NAME-2.EXTENSION and so on. A name too long for that is shortened. A copy keeps the photo's time of modification,
  // and whom it may be read by. Throws NotSorted; Error where the next photo would fare no better.
  std::filesystem::path add(const std::filesystem::path& photo, const std::string& class_name);

  // Puts each film where most of its frames say (of equals the first by name), and removes the folders from which
  // everything was moved. Call it at the end. -> why films could not be put there
  std::vector<std::string> finish();

  int64_t moved() const { return moved_; }  // photos that an earlier run had put elsewhere
  const std::map<std::string, int64_t>& counts() const { return counts_; }  // of each folder

 private:
  struct Photo;
  std::filesystem::path place(const Photo& photo, const std::string& class_name);
  std::pair<std::filesystem::path, bool> target_of(const Photo& photo, const std::string& class_name) const;
  void make(const Photo& photo, const std::filesystem::path& target, std::vector<SortedFile>& old);
  void take_away(const SortedFile& old, const std::filesystem::path& target);

  std::filesystem::path folder_;
  bool link_;
  SortedList list_;
  std::map<std::string, int64_t> counts_;
  std::map<std::filesystem::path, std::map<std::string, int64_t>> votes_;  // of films' frames for folders
  std::set<std::filesystem::path> emptied_;
  int64_t moved_ = 0;
};

}  // namespace pawprint
