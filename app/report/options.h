#pragma once

#include "models/base/words.h"

namespace pawprint {

// How rows are written: one a photo, as CSV or JSON Lines, or as Kaggle's competition of 2013 or of 2016 wants them.
enum class RowFormat { kCsv, kJsonl, kKaggle, kKaggleRedux };
template <>
inline constexpr std::array<std::string_view, 4> kWords<RowFormat> = {"csv", "jsonl", "kaggle", "kaggle-redux"};

}  // namespace pawprint
