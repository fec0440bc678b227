#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace pawprint {

// What is between the commas: one more part than there are commas, some of them empty perhaps.
inline std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace pawprint
