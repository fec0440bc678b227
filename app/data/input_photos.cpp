#include "app/data/input_photos.h"

#include "app/data/photo_paths.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// Photos need no labels here: a folder that is no dataset is a folder of photos.
std::string folder_text(const fs::path& folder, const FolderWalk& walk) {
  try {
    return load_dataset(folder, {}).layout + "; all photos are looked at";
  } catch (const Error&) {
    return in_quotes(folder.native()) + ", all photos in it" +
           skipped_text(walk.system_folders(), walk.raw_beside(), 0);
  }
}

}  // namespace

std::vector<Photo> input_photos(const std::vector<fs::path>& paths, int64_t limit, uint64_t seed, const Say& say) {
  std::vector<Photo> photos;
  for (const fs::path& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      photos.push_back({.path = path, .name = path.filename()});
      continue;
    }
    FolderWalk walk(path);
    while (auto photo = walk.next())
      photos.push_back({.path = photo->path, .name = photo->path.lexically_relative(path), .problem = photo->problem});
    if (say) say("data: " + folder_text(path, walk));
  }
  if (photos.empty())
    throw Error(in_quotes(paths.front().native()) + ": expected photos, got a folder without any; name another one");
  return draw_photos(std::move(photos), limit, seed);
}

void require_new_folder(const fs::path& out) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(out, error)) && !(fs::is_directory(out, error) && fs::is_empty(out, error)))
    throw Error(in_quotes(out.native()) + ": expected a new or empty folder, got " +
                (fs::is_directory(out, error) ? "one that holds files" : "a file") + "; choose another --out");
}

}  // namespace pawprint
