#include "app/data/dataset_parts.h"

#include <algorithm>
#include <utility>

#include "app/data/labeled_images.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

struct Candidate {
  fs::path folder;
  PartName name;
};

std::vector<std::string> names_of(const std::vector<fs::path>& folders) {
  std::vector<std::string> names;
  for (const auto& folder : folders) names.push_back(folder.filename().native());
  return names;
}

// Folders that are named by the same pattern, `train` and `val`, or `seg_train` and `seg_test`. A name that says more
// than the part counts only beside another part of the same pattern: train_station is none.
std::vector<Candidate> candidates_of(const fs::path& data, const std::vector<fs::path>& filled) {
  std::map<std::string, std::vector<Candidate>> patterns;
  for (const auto& folder : filled) {
    if (auto name = part_of_name(folder.filename().native())) patterns[name->rest].push_back({folder, *name});
  }
  if (patterns.contains("")) return patterns[""];
  std::vector<Candidate> found;
  for (const auto& [rest, candidates] : patterns) {
    const auto has = [&candidates = candidates](bool training) {
      return std::any_of(candidates.begin(), candidates.end(),
                         [&](const Candidate& c) { return (c.name.part == Part::kTraining) == training; });
    };
    if (!has(true) || !has(false)) continue;
    if (!found.empty())
      throw Error(in_quotes(data.native()) + ": expected one training folder, got " +
                  in_quotes(found.front().folder.filename().native()) + ", " +
                  in_quotes(candidates.front().folder.filename().native()) + " and others; name one of the datasets");
    found = candidates;
  }
  return found;
}

void refuse_two(const fs::path& data, const fs::path& one, const fs::path& other) {
  throw Error(in_quotes(data.native()) + ": expected one folder for each part of the data, got " +
              folder_names({one, other}) + " for the same part; rename or remove one, or name the folder to take");
}

// A folder per part. `eval` is a test where there is a validation part besides.
std::map<Part, fs::path> parts_of(const fs::path& data, std::vector<Candidate> candidates) {
  const auto validations = std::count_if(candidates.begin(), candidates.end(),
                                         [](const Candidate& c) { return c.name.part == Part::kValidation; });
  std::map<Part, fs::path> parts;
  for (auto& [folder, name] : candidates) {
    if (name.part == Part::kValidation && name.evaluation && validations > 1) name.part = Part::kTest;
    const auto [before, is_new] = parts.emplace(name.part, folder);
    if (!is_new && name.part != Part::kUnlabeled) refuse_two(data, before->second, folder);
  }
  parts.erase(Part::kUnlabeled);
  return parts;
}

[[noreturn]] void refuse_unknown(const fs::path& data, const fs::path& part, const std::vector<fs::path>& others) {
  throw Error(in_quotes(data.native()) + ": expected classes, or parts of a split, got " +
              in_quotes(part.filename().native()) + ", which may be either, beside " + listed(names_of(others)) +
              "; name the parts train, val and test, or name the folder to train on: " + part.native());
}

// One part by its name, and other folders: a class called `train`, parts whose names are not known, or classes and what
// they are tested on.
std::optional<PartFolders> one_part(const fs::path& data, Part part, const fs::path& folder, PartForm form,
                                    const std::vector<fs::path>& others,
                                    const std::function<std::vector<std::string>(const fs::path&)>& class_folders) {
  if (form == PartForm::kTable) return PartFolders{{{part, folder}}, others, false};
  if (form == PartForm::kNone) {  // photos and no labels: a class of that name
    constexpr size_t kClassesWithoutIt = 2;
    if (part == Part::kTest && others.size() >= kClassesWithoutIt) refuse_unknown(data, folder, others);
    return std::nullopt;
  }
  const auto inside = class_folders(folder);
  const auto beside = names_of(others);
  const bool known = form == PartForm::kFolders && std::all_of(inside.begin(), inside.end(), [&](const auto& name) {
                       return std::find(beside.begin(), beside.end(), name) != beside.end();
                     });
  if (part != Part::kTraining && known && others.size() > 1) return PartFolders{{{part, folder}}, others, true};
  refuse_unknown(data, folder, others);
}

}  // namespace

std::string folder_names(const std::vector<fs::path>& folders) { return listed(names_of(folders)); }

std::optional<PartFolders> find_parts(const fs::path& data, const std::vector<fs::path>& filled,
                                      const std::function<PartForm(const fs::path&, Part)>& form,
                                      const std::function<std::vector<std::string>(const fs::path&)>& class_folders) {
  const auto candidates = candidates_of(data, filled);
  auto parts = parts_of(data, candidates);
  if (parts.empty()) return std::nullopt;
  std::vector<fs::path> others;
  for (const auto& folder : filled) {
    if (std::none_of(candidates.begin(), candidates.end(), [&](const Candidate& c) { return c.folder == folder; }))
      others.push_back(folder);
  }
  if (parts.size() == 1 && !others.empty()) {
    const auto& [part, folder] = *parts.begin();
    return one_part(data, part, folder, form(folder, part), others, class_folders);
  }
  for (const auto& [part, folder] : parts) {
    const bool needed = part == Part::kTraining || parts.size() == 1;
    if (needed && form(folder, part) == PartForm::kNone)
      throw Error(in_quotes(folder.native()) +
                  ": expected photos with labels (a folder per class, names as cat.0.jpg, or a CSV file), got photos "
                  "without; name a table with --labels FILE.csv");
  }
  return PartFolders{std::move(parts), std::move(others), false};
}

}  // namespace pawprint
