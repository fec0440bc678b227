#include "app/data/labeled_images.h"

#include <algorithm>

#include "models/error.h"

namespace pawprint {

std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kMost = 12;
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kMost); ++i) out += (i ? ", " : "") + in_quotes(names[i]);
  return names.size() > kMost ? out + " and " + std::to_string(names.size() - kMost) + " more" : out;
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
  for (const auto& [from, to] : renames) {
    if (std::find(images.class_names.begin(), images.class_names.end(), from) == images.class_names.end())
      throw Error(subject + ": --map: expected one of the dataset's classes " + listed(images.class_names) + ", got " +
                  in_quotes(from));
    if (std::find(names.begin(), names.end(), to) == names.end())
      throw Error(subject + ": --map: expected one of the model's classes " + listed(names) + ", got " + in_quotes(to));
  }
  std::vector<int64_t> new_label;
  for (const auto& name : images.class_names) {
    const auto rename = std::find_if(renames.begin(), renames.end(), [&](const auto& r) { return r.first == name; });
    const auto found = std::find(names.begin(), names.end(), rename == renames.end() ? name : rename->second);
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
  const LabeledImages images = load_labeled_images(data, options);
  if (images.class_names != names)
    throw Error(in_quotes(data.native()) + ": expected the classes " + listed(names) + ", got " +
                listed(images.class_names) + "; name the folders as those of the training photos");
  return images;
}

Dataset load_dataset(const std::filesystem::path& data, const DatasetOptions& options) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool divided = fs::is_directory(data / "train", error) && fs::is_directory(data / "val", error);
  if (!divided || options.labels_csv) return {load_labeled_images(data, options), std::nullopt};
  Dataset dataset{load_labeled_images(data / "train", options), std::nullopt};
  dataset.validation = load_validation(data / "val", options, dataset.training.class_names);
  return dataset;
}

}  // namespace pawprint
