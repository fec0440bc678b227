// Looks into a folder of data: which folders in it have photos, and what says what they show. For
// app/data/dataset_layout.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/data/dataset_parts.h"
#include "app/data/layout_files.h"
#include "app/data/photo_finder.h"

namespace pawprint {

// Where the photos of a part are, and what says what they show.
struct PartSource {
  PartForm form = PartForm::kNone;
  std::filesystem::path folder;                // the part's, or one below it that holds all there is
  std::optional<std::filesystem::path> table;  // with kTable
  std::vector<std::filesystem::path> places;   // with kTable: where its paths may begin
};

class FolderReader {
 public:
  // Throws Error if it cannot be listed.
  FolderReader(std::filesystem::path data, WalkOptions how);

  const std::filesystem::path& data() const { return data_; }
  const WalkOptions& how() const { return how_; }
  const FolderListing& listing() const { return listing_; }
  const std::vector<std::filesystem::path>& filled() const { return filled_; }  // folders with photos

  // Of a folder, anywhere: those in it that have photos.
  std::vector<std::filesystem::path> filled_in(const std::filesystem::path& folder) const;
  std::vector<std::filesystem::path> filled_in(const FolderListing& listing) const;

  // Looks for photos of a table below the data folder, paths first in these folders.
  PhotoFinder finder(std::vector<std::filesystem::path> folders) const;

  // The one of the tables that has labels and a first photo that is there.
  //   by_name: among those whose name tells the part, as train.csv; else among those whose name tells none
  // Throws Error if there are several.
  std::optional<std::filesystem::path> table_for(const std::vector<std::filesystem::path>& tables,
                                                 const std::vector<std::filesystem::path>& folders, Part part,
                                                 bool by_name) const;

  //   training: of another part's photos: a table that names no part speaks of those first
  PartSource source_of(const std::filesystem::path& part_folder, Part part,
                       const std::vector<std::filesystem::path>& training = {}) const;

  // Several folders, a part, or a table: what could be meant by DATA.
  bool holds_dataset() const;

 private:
  bool is_usable(const std::filesystem::path& table, const std::vector<std::filesystem::path>& folders,
                 Part part) const;

  std::filesystem::path data_;
  WalkOptions how_;
  FolderListing listing_;
  std::vector<std::filesystem::path> filled_;
  std::shared_ptr<PhotoIndex> index_;
};

}  // namespace pawprint
