#include "app/data/labeled_images.h"

#include <algorithm>

#include "app/base/format.h"
#include "app/data/class_names.h"
#include "app/data/split.h"
#include "models/base/error.h"

namespace pawprint {

std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kMax = 12;
  std::string out;
  for (size_t i = 0; i < std::min(names.size(), kMax); ++i) out += (i ? ", " : "") + in_quotes(names[i]);
  return names.size() > kMax ? out + " and " + std::to_string(names.size() - kMax) + " more" : out;
}

std::string skipped_text(int64_t system_folders, int64_t raw_beside, int64_t films) {
  std::string text;
  if (system_folders > 0) text += "; " + counted(system_folders, "system folder") + " skipped";
  if (raw_beside > 0)
    text += "; " + counted(raw_beside, "raw file") + " beside " + (raw_beside == 1 ? "its photo" : "their photos");
  if (films > 0) text += "; " + counted(films, "film") + " passed over (--every 1s looks into films)";
  return text;
}

void check_trainable(const LabeledImages& images, const std::string& subject) {
  if (images.class_names.size() < 2)
    throw Error(subject + ": expected at least 2 classes, got " + std::to_string(images.class_names.size()) + " (" +
                listed(images.class_names) + "); put the photos of each class in a folder of its own");
  std::vector<int64_t> counts(images.class_names.size());
  for (const auto& photo : images.photos) counts[photo.label] += !photo.validation && !photo.excluded;
  for (size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] < 2)
      throw Error(subject + ": expected at least 2 readable photos in class " + in_quotes(images.class_names[c]) +
                  ", got " + std::to_string(counts[c]) + "; add photos or remove the class");
  }
}

namespace {

using Renames = std::vector<std::pair<std::string, std::string>>;

std::string new_name(const std::string& name, const Renames& renames) {
  const auto found = std::find_if(renames.begin(), renames.end(),
                                  [&](const auto& r) { return class_name_of(r.first) == class_name_of(name); });
  return found == renames.end() ? name : found->second;
}

// All that --rename has to be told: the classes that the model does not have, with those of the model that are left, as
// both are sorted: cats=cat,dogs=dog.
std::string needed_renames(const std::vector<std::string>& classes, std::vector<std::string> left,
                           const Renames& renames) {
  std::vector<std::string> unknown;
  std::string pairs;
  const auto add = [&](const std::string& from, const std::string& to) {
    pairs += (pairs.empty() ? "" : ",") + from + '=' + to;
  };
  for (const auto& name : classes) {
    const std::string now = new_name(name, renames);
    if (std::erase_if(left, [&](const auto& each) { return class_name_of(each) == class_name_of(now); }) == 0) {
      unknown.push_back(name);
    } else if (now != name) {
      add(name, now);
    }
  }
  for (size_t i = 0; i < std::min(unknown.size(), left.size()); ++i) add(unknown[i], left[i]);
  return unknown.size() > left.size() ? pairs + (pairs.empty() ? "FROM=TO,..." : ",...") : pairs;
}

}  // namespace

LabeledImages with_classes(const LabeledImages& images, const std::vector<std::string>& names,
                           const std::vector<std::pair<std::string, std::string>>& renames,
                           const std::string& subject) {
  const auto find = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find_if(list.begin(), list.end(),
                        [&](const auto& other) { return class_name_of(other) == class_name_of(name); });
  };
  for (const auto& [from, to] : renames) {
    if (find(images.class_names, from) == images.class_names.end())
      throw Error(subject + ": --rename: expected one of the dataset's classes " + listed(images.class_names) +
                  ", got " + in_quotes(from));
    if (find(names, to) == names.end())
      throw Error(subject + ": --rename: expected one of the model's classes " + listed(names) + ", got " +
                  in_quotes(to));
  }
  std::vector<int64_t> new_label;
  for (const auto& name : images.class_names) {
    const auto found = find(names, new_name(name, renames));
    if (found == names.end())
      throw Error(subject + ": expected the classes " + listed(names) + ", got " + listed(images.class_names) +
                  "; rename the folders, or use --rename " + needed_renames(images.class_names, names, renames));
    new_label.push_back(found - names.begin());
  }
  LabeledImages out = images;
  out.class_names = names;
  for (auto& photo : out.photos) photo.label = new_label[photo.label];
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

LabeledImages load_training(const std::filesystem::path& data, const DatasetOptions& options,
                            const std::optional<std::filesystem::path>& validation) {
  Dataset dataset = load_dataset(data, options);
  LabeledImages images = std::move(dataset.training);
  if (images.class_names.empty())
    throw Error(in_quotes(data.native()) + ": expected photos to train on, got " + dataset.layout +
                "; name that folder itself to train on it");
  images.layout = dataset.layout;
  images.has_test = dataset.test.has_value();
  if (validation) {
    dataset.validation = load_validation(*validation, options, images.class_names);
    images.layout += "; validated on " + in_quotes(validation->native());
  }
  if (!dataset.validation) return images;
  images.has_validation = true;
  images.ignored += dataset.validation->ignored;
  for (auto& photo : dataset.validation->photos) {
    photo.validation = true;
    images.photos.push_back(std::move(photo));
  }
  return images;
}

std::vector<Photo> draw_photos(std::vector<Photo> photos, int64_t limit, uint64_t seed) {
  if (limit <= 0) return photos;
  std::vector<std::string> names;
  std::vector<int64_t> strata;
  for (const auto& photo : photos) {
    names.push_back(photo.name);
    strata.push_back(2 * photo.drawn_as() + photo.validation);
  }
  std::vector<Photo> drawn;
  for (const int64_t i : draw_stratified(names, strata, limit, seed)) drawn.push_back(std::move(photos[i]));
  return drawn;
}

std::vector<std::filesystem::path> paths_of(const std::vector<Photo>& photos) {
  std::vector<std::filesystem::path> paths;
  paths.reserve(photos.size());
  for (const auto& photo : photos) paths.push_back(photo.path);
  return paths;
}

const LabeledImages& evaluation_part(const Dataset& dataset) {
  return dataset.test ? *dataset.test : dataset.validation ? *dataset.validation : dataset.training;
}

const char* evaluation_part_name(const Dataset& dataset) {
  return dataset.test ? "test" : dataset.validation ? "validation" : "all";
}

}  // namespace pawprint
