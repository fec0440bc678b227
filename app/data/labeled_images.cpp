#include "app/data/labeled_images.h"

#include <algorithm>

#include "app/base/format.h"
#include "app/data/class_names.h"
#include "models/base/error.h"

namespace pawprint {

std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kMost = 12;
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kMost); ++i) out += (i ? ", " : "") + in_quotes(names[i]);
  return names.size() > kMost ? out + " and " + std::to_string(names.size() - kMost) + " more" : out;
}

std::string skipped_text(int64_t system_folders, int64_t raw) {
  std::string text;
  if (system_folders > 0) text += "; " + counted(system_folders, "system folder") + " skipped";
  if (raw > 0) text += "; " + counted(raw, "raw file") + " not read";
  return text;
}

void check_trainable(const LabeledImages& images, const std::string& subject) {
  if (images.class_names.size() < 2)
    throw Error(subject + ": expected at least 2 classes, got " + std::to_string(images.class_names.size()) + " (" +
                listed(images.class_names) + "); put the photos of each class in a folder of its own");
  std::vector<int64_t> counts(images.class_names.size());
  for (const int64_t label : images.labels) ++counts[label];
  for (size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] < 2)
      throw Error(subject + ": expected at least 2 readable photos in class " + in_quotes(images.class_names[c]) +
                  ", got " + std::to_string(counts[c]) + "; add photos or remove the class");
  }
}

LabeledImages with_classes(const LabeledImages& images, const std::vector<std::string>& names,
                           const std::vector<std::pair<std::string, std::string>>& renames,
                           const std::string& subject) {
  const auto find = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find_if(list.begin(), list.end(),
                        [&](const auto& other) { return class_name_of(other) == class_name_of(name); });
  };
  for (const auto& [from, to] : renames) {
    if (find(images.class_names, from) == images.class_names.end())
      throw Error(subject + ": --map: expected one of the dataset's classes " + listed(images.class_names) + ", got " +
                  in_quotes(from));
    if (find(names, to) == names.end())
      throw Error(subject + ": --map: expected one of the model's classes " + listed(names) + ", got " + in_quotes(to));
  }
  std::vector<int64_t> new_label;
  for (const auto& name : images.class_names) {
    const auto rename = std::find_if(renames.begin(), renames.end(),
                                     [&](const auto& r) { return class_name_of(r.first) == class_name_of(name); });
    const auto found = find(names, rename == renames.end() ? name : rename->second);
    if (found == names.end())
      throw Error(subject + ": expected the classes " + listed(names) + ", got " + listed(images.class_names) +
                  "; rename the folders, or map them: --map " + name + "=" + names.front());
    new_label.push_back(found - names.begin());
  }
  LabeledImages out = images;
  out.class_names = names;
  for (int64_t& label : out.labels) label = new_label[label];
  return out;
}

LabeledImages load_validation(const std::filesystem::path& data, const DatasetOptions& options,
                              const std::vector<std::string>& names) {
  Dataset dataset = load_dataset(data, options);
  LabeledImages& images = dataset.validation                     ? *dataset.validation
                          : dataset.training.class_names.empty() ? *dataset.test
                                                                 : dataset.training;
  if (images.class_names != names)
    throw Error(in_quotes(data.native()) + ": expected the classes " + listed(names) + ", got " +
                listed(images.class_names) + "; name the folders as those of the training photos");
  return std::move(images);
}

LabeledImages select(const LabeledImages& images, const std::vector<int64_t>& photos) {
  LabeledImages out = images;
  out.paths.clear();
  out.labels.clear();
  out.groups.clear();
  for (const int64_t i : photos) {
    out.paths.push_back(images.paths[i]);
    out.labels.push_back(images.labels[i]);
    if (!images.groups.empty()) out.groups.push_back(images.groups[i]);
  }
  return out;
}

void require_training(const Dataset& dataset, const std::string& subject) {
  if (dataset.training.class_names.empty())
    throw Error(subject + ": expected photos to train on, got " + dataset.layout +
                "; name that folder itself to train on it");
}

const LabeledImages& evaluation_part(const Dataset& dataset) {
  return dataset.test ? *dataset.test : dataset.validation ? *dataset.validation : dataset.training;
}

const char* evaluation_part_name(const Dataset& dataset) {
  return dataset.test ? "test" : dataset.validation ? "validation" : "all";
}

}  // namespace pawprint
