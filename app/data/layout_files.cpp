#include "app/data/layout_files.h"

#include <algorithm>
#include <map>
#include <utility>

#include "app/data/class_names.h"
#include "app/data/film.h"
#include "app/data/image_file.h"
#include "app/data/photo_paths.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

using PhotosOfClass = std::map<std::string, std::vector<Photo>>;  // std::string compares bytewise

// A film's frames are photos of one group.
std::vector<Photo> with_frames(std::vector<Photo> photos, int64_t every_ms) {
  std::vector<Photo> out;
  for (auto& photo : photos) {
    if (!is_film(photo.path)) {
      out.push_back(std::move(photo));
      continue;
    }
    if (photo.group.empty()) photo.group = photo.path.native();
    for (auto& frame : film_frames(photo.path, every_ms)) {
      out.push_back(photo);
      out.back().path = std::move(frame);
    }
  }
  return out;
}

LabeledImages from_classes(PhotosOfClass&& classes, const WalkOptions& how, const std::string& subject) {
  LabeledImages images;
  for (auto& [name, found] : classes) {
    std::vector<Photo> photos = std::move(found);
    if (how.film_every_ms > 0) photos = with_frames(std::move(photos), how.film_every_ms);
    std::sort(photos.begin(), photos.end(),
              [](const auto& a, const auto& b) { return a.path.native() < b.path.native(); });
    for (auto& photo : photos) {
      photo.label = static_cast<int64_t>(images.class_names.size());
      photo.name = name + '/' + photo.path.filename().native();
      images.photos.push_back(std::move(photo));
    }
    images.class_names.push_back(name);
  }
  check_spellings(images.class_names, subject);
  return images;
}

// With what could not be looked at, which is told when it is read. What the walk passes over, in `counts`.
std::vector<FoundPhoto> photos_under(const fs::path& folder, const WalkOptions& how, LabeledImages& counts) {
  std::vector<FoundPhoto> photos;
  FolderWalk walk(folder, how);
  while (auto found = walk.next()) photos.push_back(std::move(*found));
  counts.raw_beside += walk.raw_beside();
  counts.films += walk.films();
  counts.ignored += walk.ignored();
  counts.system_folders += walk.system_folders();
  return photos;
}

bool may_be_photo(const fs::path& file) {
  try {
    return is_photo_candidate(file);
  } catch (const Unreadable&) {
    return true;
  }
}

void take_counts(LabeledImages& images, const LabeledImages& counts) {
  images.ignored = counts.ignored;
  images.raw_beside = counts.raw_beside;
  images.films = counts.films;
  images.system_folders = counts.system_folders;
}

}  // namespace

FolderListing list_folder(const fs::path& folder, const WalkOptions& how) {
  FolderListing listing;
  listing.folders = sub_folders(folder);
  std::erase_if(listing.folders, [&](const fs::path& sub) {
    std::error_code error;  // of a folder that is not there yet
    return !how.leave_out.empty() && fs::equivalent(sub, how.leave_out, error);
  });
  for (fs::directory_iterator it(folder), end; it != end; ++it) {
    std::error_code error;  // of a link that leads to itself
    const std::string name = it->path().filename().native();
    if (it->is_directory(error) && is_system_folder(name)) ++listing.system_folders;
    if (!it->is_regular_file(error) || name.starts_with('.')) continue;
    if (is_film(it->path()) ? how.film_every_ms > 0 : may_be_photo(it->path())) {
      listing.photos.push_back(it->path());
    } else {
      ++listing.other_files;
      const auto extension = it->path().extension();
      if (extension == ".csv" || extension == ".tsv" || extension == ".txt" || extension == ".CSV")
        listing.tables.push_back(it->path());
    }
  }
  listing.raw_beside = drop_raw_beside_photos(listing.photos);
  const auto bytewise = [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); };
  std::sort(listing.photos.begin(), listing.photos.end(), bytewise);
  std::sort(listing.tables.begin(), listing.tables.end(), bytewise);
  return listing;
}

bool has_photos(const fs::path& folder, const WalkOptions& how) {
  FolderWalk walk(folder, how);
  return walk.next().has_value();
}

LabeledImages from_folders(const fs::path& data, const std::vector<fs::path>& folders, const WalkOptions& how) {
  const FolderListing listing = list_folder(data, how);
  LabeledImages counts;
  counts.ignored = listing.other_files + static_cast<int64_t>(listing.photos.size());
  counts.raw_beside = listing.raw_beside;
  counts.system_folders = listing.system_folders;
  PhotosOfClass classes;
  for (const auto& folder : folders) {
    const std::string name = class_name_of(folder.filename().native());
    check_class_name(name, in_quotes(data.native()));
    auto photos = photos_under(folder, how, counts);
    if (photos.empty())
      throw Error(in_quotes(folder.native()) + ": expected photos of class " + in_quotes(name) +
                  ", got none; add photos or remove the folder");
    for (auto& photo : photos) classes[name].push_back({std::move(photo.path)});
  }
  if (classes.empty())
    throw Error(in_quotes(data.native()) +
                ": expected a folder per class, got none; for files named cat.0.jpg use "
                "--labels-from-name, for a table use --labels FILE.csv");
  auto images = from_classes(std::move(classes), how, in_quotes(data.native()));
  take_counts(images, counts);
  return images;
}

std::string class_in_name(const fs::path& photo) {
  const std::string name = photo.filename().native();
  const auto first = name.find('.');
  return first == 0 || first == name.rfind('.') ? "" : class_name_of(name.substr(0, first));
}

LabeledImages from_names(const fs::path& data, const WalkOptions& how) {
  PhotosOfClass classes;
  LabeledImages counts;
  for (auto& [path, problem] : photos_under(data, how, counts)) {
    const std::string name = class_in_name(path);
    if (name.empty() && !problem.empty()) throw Error(in_quotes(path.native()) + ": " + problem);
    if (name.empty())
      throw Error(in_quotes(path.native()) + ": expected a name such as cat.0.jpg with --labels-from-name");
    check_class_name(name, in_quotes(path.native()));
    classes[name].push_back({std::move(path)});
  }
  if (classes.empty()) throw Error(in_quotes(data.native()) + ": expected photos named as cat.0.jpg, got none");
  auto images = from_classes(std::move(classes), how, in_quotes(data.native()));
  take_counts(images, counts);
  return images;
}

TableParts from_table(const LabelTable& table, PhotoFinder& finder, const fs::path& data, const WalkOptions& how,
                      const std::function<Part(const fs::path&)>& part_of) {
  const std::string subject = in_quotes(table.file.native());
  if (!table.has_labels) throw Error(table.heading_problem);
  std::map<Part, PhotosOfClass> parts;
  std::map<std::string, int64_t> seen;  // path -> line
  const TableRow* missing = nullptr;
  int64_t all_missing = 0;
  for (const auto& row : table.rows) {
    const std::string where = subject + ':' + std::to_string(row.line);
    if (row.part && *row.part != Part::kTraining && row.class_name.empty()) continue;
    const auto photo = finder.find(row.photo, where);
    if (!photo) {
      if (all_missing++ == 0) missing = &row;
      continue;
    }
    const Part part = row.part ? *row.part : part_of(*photo);
    if (part != Part::kTraining && row.class_name.empty()) continue;
    check_class_name(row.class_name, where);
    if (const auto [before, is_new] = seen.emplace(photo->lexically_normal().native(), row.line); !is_new)
      throw Error(where + ": expected each photo once, got " + in_quotes(row.photo) + " again (line " +
                  std::to_string(before->second) + ")");
    parts[part][row.class_name].push_back({*photo, 0, row.group});
  }
  if (missing != nullptr)
    throw Error(subject + ':' + std::to_string(missing->line) + ": expected a photo in " + in_quotes(data.native()) +
                ", got " + in_quotes(missing->photo) + ", which is not there" +
                (all_missing > 1 ? " (nor are " + std::to_string(all_missing - 1) + " others)" : "") +
                "; correct the path, or remove the row");
  std::vector<std::string> names;  // of all parts
  for (const auto& [part, classes] : parts) {
    for (const auto& [name, photos] : classes) names.push_back(name);
  }
  check_spellings(names, subject);
  const auto images = [&](Part part) { return from_classes(std::move(parts[part]), how, subject); };
  return {images(Part::kTraining), images(Part::kValidation), images(Part::kTest)};
}

}  // namespace pawprint
