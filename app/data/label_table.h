#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/data/photo_finder.h"
#include "app/data/split_names.h"

namespace pawprint {

struct TableRow {
  std::string photo;         // as the table names it
  std::string class_name;    // empty: the table does not say
  std::string group;         // empty: a group of its own
  std::optional<Part> part;  // if a column says so
  int64_t line = 0;
};

// A table that says what photos show.
struct LabelTable {
  std::filesystem::path file;
  std::vector<TableRow> rows;
  bool has_labels = false, has_parts = false;
  std::string heading_problem;  // why it has no labels; empty if it has
};

// Reads CSV with commas, semicolons or tabs, as Excel and Kaggle write it. Columns are known by their heading, without
// regard to case, blanks and marks:
//   the photo: path, file, filename, image, image_id, id, ...      the class: label, class, category, breed, target,
//   ... or a column a class, with one 1 and else 0 in each row         group, patient, subject, lesion_id, ... split,
//   set, subset: train, val or test
// Without a heading the first two columns are photo and class; so is read what begins with a photo that `finder` has.
// Throws Error, with the line, for what is none of these.
LabelTable read_label_table(const std::filesystem::path& file, PhotoFinder& finder);

}  // namespace pawprint
