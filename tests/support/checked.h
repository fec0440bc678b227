#pragma once

#include <string>
#include <vector>

#include "app/check/check_report.h"

namespace pawprint::testing {

inline CheckedPhoto photo(const std::string& path, int64_t label, const std::string& pixels, bool validation = false) {
  CheckedPhoto photo;
  photo.path = path;
  photo.label = label;
  photo.validation = validation;
  photo.format = ImageFormat::kJpeg;
  photo.pixels = photo.content = sha256(pixels);
  photo.measures = {{400, 300}, 0.1, 0.9, 0.2, 0.8};
  return photo;
}

inline CheckReport report_of(std::vector<CheckedPhoto> photos) {
  CheckReport report;
  report.data = "pets";
  report.class_names = {"cats", "dogs"};
  report.photos = std::move(photos);
  return report;
}

inline size_t times(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace pawprint::testing
