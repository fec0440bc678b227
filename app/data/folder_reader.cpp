#include "app/data/folder_reader.h"

#include <fstream>
#include <set>
#include <utility>

#include "app/data/unicode_text.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

// Of its first line. Opens the file only.
bool has_separator(const fs::path& table) {
  std::string line;
  std::ifstream in(table, std::ios::binary);
  return std::getline(in, line) && line.find_first_of(",;\t") != std::string::npos;
}

}  // namespace

FolderReader::FolderReader(fs::path data, WalkOptions how)
    : data_(std::move(data)),
      how_(std::move(how)),
      listing_(list_folder(data_, how_)),
      index_(std::make_shared<PhotoIndex>(data_, how_)) {
  filled_ = filled_in(listing_);
}

PhotoFinder FolderReader::finder(std::vector<fs::path> folders) const {
  folders.push_back(data_);
  return {std::move(folders), index_};
}

std::vector<fs::path> FolderReader::filled_in(const FolderListing& listing) const {
  std::vector<fs::path> filled;
  for (const auto& folder : listing.folders) {
    if (has_photos(folder, how_)) filled.push_back(folder);
  }
  return filled;
}

std::vector<fs::path> FolderReader::filled_in(const fs::path& folder) const {
  return filled_in(list_folder(folder, how_));
}

// A table with labels whose first photo is there. What is to be handed in to Kaggle has labels that mean nothing.
bool FolderReader::is_usable(const fs::path& table, const std::vector<fs::path>& folders, Part part) const {
  constexpr uintmax_t kMaxBytes = 200'000'000;
  std::error_code error;
  if (folded(table.filename().native()).find("submission") != std::string::npos ||
      fs::file_size(table, error) > kMaxBytes || !has_separator(table))
    return false;
  try {
    PhotoFinder photos = finder(folders);
    const LabelTable read = read_label_table(table, photos);
    const auto found = read.has_labels ? photos.find(read.rows.front().photo, "") : std::nullopt;
    if (!found) return false;
    // A table that does not name a part may speak of the photos of another.
    return part == Part::kTraining || !read.rows.front().class_name.empty();
  } catch (const Error&) {
    return false;
  }
}

std::optional<fs::path> FolderReader::table_for(const std::vector<fs::path>& tables,
                                                const std::vector<fs::path>& folders, Part part, bool by_name) const {
  std::optional<fs::path> found;
  for (const auto& table : tables) {
    const auto name = part_of_name(table.stem().native());
    if (by_name ? !name || name->part != part : name.has_value()) continue;
    if (!is_usable(table, folders, part)) continue;
    if (found)
      throw Error(in_quotes(table.parent_path().native()) + ": expected one table of labels, got " +
                  folder_names({*found, table}) + "; choose one with --labels FILE.csv");
    found = table;
  }
  return found;
}

PartSource FolderReader::source_of(const fs::path& folder, Part part, const std::vector<fs::path>& training) const {
  PartSource source{PartForm::kNone, folder, std::nullopt, {}};
  FolderListing listing = list_folder(folder, how_);
  auto filled = filled_in(listing);
  auto tables = listing.tables;
  const auto only_wraps = [&](const fs::path& sub) {
    const std::string name = sub.filename().native();
    const auto named = part_of_name(name);
    return name == folder.filename().native() || is_plain_name(name) || (named && named->part == part);
  };
  while (listing.photos.empty() && filled.size() == 1 && only_wraps(filled.front())) {  // train/train/, train/images/
    source.folder = filled.front();
    listing = list_folder(source.folder, how_);
    filled = filled_in(listing);
    tables.insert(tables.end(), listing.tables.begin(), listing.tables.end());
  }
  if (filled.size() > 1 || (filled.size() == 1 && listing.photos.empty())) {
    source.form = PartForm::kFolders;
    return source;
  }
  std::set<std::string> classes;
  for (const auto& photo : listing.photos) classes.insert(class_in_name(photo));
  const size_t min = part == Part::kTraining ? 2 : 1;
  if (classes.size() >= min && !classes.contains("")) {
    source.form = PartForm::kNames;
    return source;
  }
  source.places = {source.folder, folder};
  source.table = table_for(tables, source.places, part, true);
  if (!source.table) source.table = table_for(tables, source.places, part, false);
  if (!source.table) source.table = table_for(listing_.tables, source.places, part, true);
  if (!source.table) {
    source.places.insert(source.places.begin(), training.begin(), training.end());
    source.table = table_for(listing_.tables, source.places, part, false);
  }
  if (source.table) source.form = PartForm::kTable;
  return source;
}

bool FolderReader::holds_dataset() const {
  if (filled_.size() > 1 || table_for(listing_.tables, {}, Part::kTraining, true) ||
      table_for(listing_.tables, {}, Part::kTraining, false))
    return true;
  if (filled_.empty()) return false;
  const auto name = part_of_name(filled_.front().filename().native());
  return name && source_of(filled_.front(), name->part).form != PartForm::kNone;
}

}  // namespace pawprint
