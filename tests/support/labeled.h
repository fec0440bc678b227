#pragma once

#include "app/data/labeled_images.h"

namespace pawprint::testing {

inline std::vector<int64_t> labels_of(const LabeledImages& images) {
  std::vector<int64_t> labels;
  for (const auto& photo : images.photos) labels.push_back(photo.label);
  return labels;
}

inline std::vector<std::string> groups_of(const LabeledImages& images) {
  std::vector<std::string> groups;
  for (const auto& photo : images.photos) groups.push_back(photo.group);
  return groups;
}

}  // namespace pawprint::testing
