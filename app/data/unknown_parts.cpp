#include "app/data/unknown_parts.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "app/data/class_names.h"
#include "app/data/labeled_images.h"
#include "app/data/unicode_text.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// What a sub-folder's name says where it is compared with others': `train` and `Training` are one.
std::string comparable(const fs::path& folder) {
  const std::string name = class_name_of(folder.filename().native());
  const auto part = part_of_name(name);
  return part && part->rest.empty() ? "part " + std::to_string(static_cast<int>(part->part)) : folded(name);
}

}  // namespace

void refuse_unknown_parts(const FolderReader& reader) {
  const auto& folders = reader.filled();
  std::set<std::string> common, all, shown;
  bool only_parts = true;
  std::vector<fs::path> flat;  // with photos and no folder in them
  size_t nested = 0;           // the others
  for (const auto& folder : folders) {
    const FolderListing listing = list_folder(folder, reader.how());
    if (!listing.photos.empty() && listing.folders.empty()) {
      flat.push_back(folder);
      continue;
    }
    if (!listing.photos.empty()) return;
    ++nested;
    std::set<std::string> names, both;
    for (const auto& sub : reader.filled_in(listing)) {
      if (is_plain_name(sub.filename().native())) continue;
      names.insert(comparable(sub));
      shown.insert(sub.filename().native());
    }
    std::set_intersection(common.begin(), common.end(), names.begin(), names.end(), std::inserter(both, both.end()));
    common = nested == 1 ? names : both;
    only_parts = only_parts && !names.empty() &&
                 std::all_of(names.begin(), names.end(), [](const auto& name) { return name.starts_with("part "); });
    all.insert(names.begin(), names.end());
  }
  const bool alike = !common.empty() && 2 * common.size() >= all.size();
  if (folders.size() == 2 && flat.size() == 1 && all.size() >= 2)
    throw Error(in_quotes(reader.data().native()) + ": expected a folder per class, or train/ and val/, got " +
                folder_names(folders) + ", of which one holds photos and the other the folders " +
                listed({shown.begin(), shown.end()}) + "; if these are the classes name " +
                in_quotes((folders.front() == flat.front() ? folders.back() : folders.front()).native()) +
                ", if they belong to one class put its photos together or give a table with --labels");
  if (nested < 2 || all.size() < 2 || !(alike || only_parts)) return;
  throw Error(
      in_quotes(reader.data().native()) + ": expected a folder per class, got " + folder_names(folders) +
      (only_parts ? ", which hold parts of a split each: " : ", which hold the same folders: ") +
      listed({shown.begin(), shown.end()}) +
      (only_parts
           ? "; name one of them, or put the parts outside and the classes in them"
           : "; if they are parts of a split name them train, val and test, or name the one to train on; if they "
             "are classes give a table with --labels"));
}

}  // namespace pawprint
