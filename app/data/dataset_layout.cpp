// What a folder is: classes, parts with classes, tables. The only place that decides it.
#include <algorithm>
#include <set>
#include <utility>

#include "app/data/class_names.h"
#include "app/data/dataset_parts.h"
#include "app/data/folder_reader.h"
#include "app/data/layout_files.h"
#include "app/data/unknown_parts.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

std::string classes_text(size_t count) { return std::to_string(count) + (count == 1 ? " class" : " classes"); }

bool lies_in(const fs::path& photo, const fs::path& folder) {
  const auto below = photo.lexically_normal().lexically_relative(folder.lexically_normal());
  return !below.empty() && *below.begin() != "..";
}

LabeledImages read_source(const FolderReader& reader, const PartSource& source, const PartFolders& parts, Part part) {
  if (source.form == PartForm::kFolders)
    return from_folders(source.folder, list_folder(source.folder, reader.how()).folders, reader.how());
  if (source.form == PartForm::kNames) return from_names(source.folder, reader.how());
  PhotoFinder photos = reader.finder(source.places);
  const LabelTable table = read_label_table(*source.table, photos);
  const auto read = from_table(table, photos, reader.data(), reader.how(), [&](const fs::path& photo) {
    for (const auto& [other, folder] : parts.of) {
      if (lies_in(photo, folder)) return other;
    }
    return part;
  });
  return part == Part::kTraining ? read.training : part == Part::kValidation ? read.validation : read.test;
}

// Throws Error for a class that is not among `names`.
LabeledImages with_training_classes(const LabeledImages& images, const LabeledImages& training, const fs::path& folder,
                                    bool all) {
  const auto& names = training.class_names;
  const bool known = std::includes(names.begin(), names.end(), images.class_names.begin(), images.class_names.end());
  if (!known || (all && images.class_names != names))
    throw Error(in_quotes(folder.native()) + ": expected the classes " + listed(names) + ", got " +
                listed(images.class_names) + "; name the folders as those of the training photos");
  return with_classes(images, names, {}, in_quotes(folder.native()));
}

bool have_common_class(const LabeledImages& a, const LabeledImages& b) {
  return std::find_first_of(a.class_names.begin(), a.class_names.end(), b.class_names.begin(), b.class_names.end()) !=
         a.class_names.end();
}

// What is said of the parts while they are read.
struct PartsText {
  std::vector<std::string> taken;      // for training and validation
  std::vector<std::string> unlabeled;  // for classify
  std::string test;
};

// Adds to the dataset what a part's folder holds.
void read_part(Dataset& dataset, PartsText& text, LabeledImages& counts, const FolderReader& reader,
               const PartFolders& parts, Part part) {
  const fs::path& folder = parts.of.at(part);
  const std::string name = folder.lexically_relative(reader.data()).native() + '/';
  std::vector<fs::path> training;
  if (const auto found = parts.of.find(Part::kTraining); part != Part::kTraining && found != parts.of.end())
    training = {reader.source_of(found->second, Part::kTraining).folder, found->second};
  const PartSource source = reader.source_of(folder, part, training);
  LabeledImages images;
  if (source.form != PartForm::kNone) images = read_source(reader, source, parts, part);
  counts.system_folders += images.system_folders;
  counts.raw_beside += images.raw_beside;
  counts.films += images.films;
  const bool trains = !dataset.training.class_names.empty();
  const bool foreign = trains && source.form != PartForm::kTable && images.class_names.size() < 2 &&
                       !have_common_class(images, dataset.training);  // test/unknown/1.jpg
  if (images.class_names.empty() || foreign) {
    text.unlabeled.push_back(name);
  } else if (part == Part::kTest) {
    dataset.test = std::move(images);
    text.test = name;
  } else {
    text.taken.push_back(name);
    if (part == Part::kTraining) {
      dataset.training = std::move(images);
    } else {
      dataset.validation =
          trains ? with_training_classes(images, dataset.training, folder, source.form == PartForm::kFolders)
                 : std::move(images);
    }
  }
}

// `with 2 classes`: those of the first part there is.
std::string with_classes_text(const Dataset& dataset, const fs::path& subject) {
  const auto& training = dataset.training;
  const auto* shown = !training.class_names.empty() ? &training
                      : dataset.validation          ? &*dataset.validation
                      : dataset.test                ? &*dataset.test
                                                    : nullptr;
  if (shown == nullptr) throw Error(in_quotes(subject.native()) + ": expected photos with labels, got none");
  return " with " + classes_text(shown->class_names.size());
}

Dataset dataset_of_parts(const FolderReader& reader, const PartFolders& parts) {
  Dataset dataset;
  PartsText text;
  LabeledImages counts;
  if (parts.classes_beside) {
    dataset.training = from_folders(reader.data(), parts.left_alone, reader.how());
    counts = dataset.training;
    text.taken.push_back(folder_names(parts.left_alone));
  } else {
    counts.system_folders = reader.listing().system_folders;
  }
  for (const auto& [part, folder] : parts.of) read_part(dataset, text, counts, reader, parts, part);  // training first
  const bool trains = !dataset.training.class_names.empty();
  if (!trains && text.taken.empty()) text.taken.push_back(std::exchange(text.test, ""));
  for (size_t i = 0; i < text.taken.size(); ++i) dataset.layout += (i == 0 ? "" : " and ") + text.taken[i];
  dataset.layout += with_classes_text(dataset, reader.data());
  if (!text.test.empty()) dataset.layout += "; " + text.test + " left for evaluate";
  for (const auto& name : text.unlabeled) dataset.layout += "; " + name + " has no labels, left for classify";
  if (!parts.classes_beside && !parts.left_alone.empty())
    dataset.layout += "; " + folder_names(parts.left_alone) + " left alone";
  dataset.layout += skipped_text(counts.system_folders, counts.raw_beside, counts.films);
  return dataset;
}

// nullopt if the folder is not divided.
std::optional<Dataset> read_parts(const FolderReader& reader) {
  const auto parts = find_parts(
      reader.data(), reader.filled(),
      [&](const fs::path& folder, Part part) { return reader.source_of(folder, part).form; },
      [&](const fs::path& folder) {
        std::vector<std::string> names;
        for (const auto& sub : reader.filled_in(folder)) names.push_back(sub.filename().native());
        return names;
      });
  if (!parts) return std::nullopt;
  return dataset_of_parts(reader, *parts);
}

// A table; a column of it may say which photos are for validation and for test.
Dataset dataset_of_table(const LabelTable& table, PhotoFinder& finder, const fs::path& data, const WalkOptions& how) {
  auto parts = from_table(table, finder, data, how, [](const fs::path&) { return Part::kTraining; });
  Dataset dataset{std::move(parts.training), std::nullopt, std::nullopt, in_quotes(table.file.filename().native())};
  const bool trains = !dataset.training.class_names.empty();
  if (!parts.validation.class_names.empty())
    dataset.validation =
        trains ? with_training_classes(parts.validation, dataset.training, table.file, false) : parts.validation;
  if (!parts.test.class_names.empty()) dataset.test = std::move(parts.test);
  dataset.layout += with_classes_text(dataset, table.file);
  const auto photos = [](const LabeledImages& images) {
    return std::to_string(images.photos.size()) + (images.photos.size() == 1 ? " photo" : " photos");
  };
  if (trains && dataset.validation) dataset.layout += ", " + photos(*dataset.validation) + " of them for validation";
  if (trains && dataset.test) dataset.layout += "; " + photos(*dataset.test) + " left for evaluate";
  return dataset;
}

// Folders that are classes by themselves win over a table that says the same. Throws Error if it says otherwise.
bool folders_say_the_same(const FolderReader& reader, const LabelTable& table) {
  if (reader.filled().size() < 2) return false;
  std::set<std::string> folders, classes;
  for (const auto& folder : reader.filled()) folders.insert(class_name_of(folder.filename().native()));
  for (const auto& row : table.rows) classes.insert(row.class_name);
  if (std::includes(folders.begin(), folders.end(), classes.begin(), classes.end())) return true;
  throw Error(in_quotes(reader.data().native()) + ": expected one kind of labels, got the folders " +
              folder_names(reader.filled()) + " and the table " + in_quotes(table.file.filename().native()) +
              ", which says otherwise; take the table with --labels " + table.file.native() + ", or move it away");
}

// nullopt if no table tells what the photos are. train.csv may have valid.csv and test.csv beside it.
std::optional<Dataset> read_tables(const FolderReader& reader) {
  const auto& tables = reader.listing().tables;
  const auto named = reader.table_for(tables, {}, Part::kTraining, true);
  const auto plain = reader.table_for(tables, {}, Part::kTraining, false);
  if (named && plain)
    throw Error(in_quotes(reader.data().native()) + ": expected one table of labels, got " +
                folder_names({*plain, *named}) + "; choose one with --labels FILE.csv");
  if (!named && !plain) return std::nullopt;
  PhotoFinder photos = reader.finder({});
  const LabelTable table = read_label_table(named ? *named : *plain, photos);
  if (folders_say_the_same(reader, table)) return std::nullopt;
  Dataset dataset = dataset_of_table(table, photos, reader.data(), reader.how());
  for (const Part part : {Part::kValidation, Part::kTest}) {
    if (table.has_parts) break;
    const auto other = reader.table_for(tables, {}, part, true);
    if (!other) continue;
    auto read = from_table(read_label_table(*other, photos), photos, reader.data(), reader.how(),
                           [&](const fs::path&) { return part; });
    const std::string name = in_quotes(other->filename().native());
    if (part == Part::kTest) {
      dataset.test = std::move(read.test);
      dataset.layout += "; " + name + " left for evaluate";
    } else {
      dataset.validation = with_training_classes(read.validation, dataset.training, *other, false);
      dataset.layout += ", validated on " + name;
    }
  }
  return dataset;
}

// Where everything lies in one folder, that may be a class, or be meant by itself: images/train/ is read, for any other
// the message names the folder below that holds something.
std::optional<Dataset> read_one_folder(const FolderReader& reader) {
  if (reader.filled().size() != 1 || !reader.listing().photos.empty()) return std::nullopt;
  FolderReader below(reader.filled().front(), reader.how());
  if (is_plain_name(below.data().filename().native())) {
    if (auto dataset = read_parts(below)) {
      dataset->layout = "in " + below.data().filename().native() + "/: " + dataset->layout;
      return dataset;
    }
  }
  while (!below.holds_dataset()) {
    if (below.filled().size() != 1 || !below.listing().photos.empty()) return std::nullopt;  // one class
    below = FolderReader(below.filled().front(), reader.how());
  }
  const std::string inside =
      below.filled().empty() ? folder_names(below.listing().tables) : folder_names(below.filled());
  throw Error(in_quotes(reader.data().native()) +
              ": expected a folder per class, or train/ and val/, got one folder, " + in_quotes(below.data().native()) +
              ", that holds " + inside + "; name that folder");
}

Dataset recognize(const FolderReader& reader) {
  if (auto dataset = read_parts(reader)) return *dataset;
  if (auto dataset = read_tables(reader)) return *dataset;
  if (auto dataset = read_one_folder(reader)) return *dataset;
  refuse_unknown_parts(reader);
  Dataset dataset{from_folders(reader.data(), reader.listing().folders, reader.how()), std::nullopt, std::nullopt, ""};
  dataset.layout = classes_text(dataset.training.class_names.size()) + ", a folder each" +
                   skipped_text(dataset.training.system_folders, dataset.training.raw_beside, dataset.training.films);
  return dataset;
}

}  // namespace

Dataset load_dataset(const fs::path& data, const DatasetOptions& options) {
  std::error_code error;
  if (!fs::is_directory(data, error))
    throw Error(in_quotes(data.native()) + ": expected a folder of photos, got " +
                (fs::exists(data, error) ? "a file" : "nothing by that name"));
  if (options.labels_csv) {
    PhotoFinder finder({data, options.labels_csv->parent_path()}, std::make_shared<PhotoIndex>(data, options.walk));
    return dataset_of_table(read_label_table(*options.labels_csv, finder), finder, data, options.walk);
  }
  const FolderReader reader(data, options.walk);
  if (!options.labels_from_name) return recognize(reader);
  if (auto dataset = read_parts(reader)) return *dataset;
  Dataset dataset{from_names(data, options.walk), std::nullopt, std::nullopt, ""};
  dataset.layout = classes_text(dataset.training.class_names.size()) + " by the files' names" +
                   skipped_text(dataset.training.system_folders, dataset.training.raw_beside, dataset.training.films);
  return dataset;
}

}  // namespace pawprint
