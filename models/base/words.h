#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace pawprint {

// The words that an enum's values go by, in the enum's order: on the command line, in help, completions and JSON. One
// table for each such enum; its words are in files and are not changed.
template <class Enum>
inline constexpr std::array<std::string_view, 0> kWords = {};

template <class Enum>
std::string word(Enum value) {
  return std::string(kWords<Enum>.at(static_cast<size_t>(value)));
}

}  // namespace pawprint
