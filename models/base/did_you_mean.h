#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pawprint {

// The end of a message about a word that is none of `words`: `; did you mean 'finetune'?`, or nothing where none of
// them is near: by adjacent swaps, insertions, deletions and substitutions (the optimal string alignment distance), one
// for every three letters, capitals aside; or by one of the two beginning with the other.
//   as: what is written before the word it means: `--`
std::string did_you_mean(std::string_view word, const std::vector<std::string>& words, const std::string& as = "");

}  // namespace pawprint
