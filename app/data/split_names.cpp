#include "app/data/split_names.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace pawprint {

namespace {

using namespace std::string_view_literals;

constexpr std::array kParts = {
    std::pair{"train"sv, Part::kTraining},         std::pair{"training"sv, Part::kTraining},
    std::pair{"trn"sv, Part::kTraining},           std::pair{"trainval"sv, Part::kTraining},
    std::pair{"val"sv, Part::kValidation},         std::pair{"valid"sv, Part::kValidation},
    std::pair{"validation"sv, Part::kValidation},  std::pair{"validate"sv, Part::kValidation},
    std::pair{"validating"sv, Part::kValidation},  std::pair{"vld"sv, Part::kValidation},
    std::pair{"dev"sv, Part::kValidation},         std::pair{"devel"sv, Part::kValidation},
    std::pair{"development"sv, Part::kValidation}, std::pair{"eval"sv, Part::kValidation},
    std::pair{"evaluation"sv, Part::kValidation},  std::pair{"test"sv, Part::kTest},
    std::pair{"testing"sv, Part::kTest},           std::pair{"tst"sv, Part::kTest},
    std::pair{"holdout"sv, Part::kTest},           std::pair{"pred"sv, Part::kUnlabeled},
    std::pair{"predict"sv, Part::kUnlabeled},      std::pair{"prediction"sv, Part::kUnlabeled},
    std::pair{"predictions"sv, Part::kUnlabeled},  std::pair{"unlabeled"sv, Part::kUnlabeled},
    std::pair{"unlabelled"sv, Part::kUnlabeled}};

// Words beside the part's that tell nothing.
constexpr std::array kPlainWords = {"set"sv,      "data"sv,     "dataset"sv, "image"sv,       "images"sv,  "img"sv,
                                    "imgs"sv,     "photo"sv,    "photos"sv,  "pic"sv,         "pics"sv,    "picture"sv,
                                    "pictures"sv, "split"sv,    "folder"sv,  "dir"sv,         "jpg"sv,     "jpeg"sv,
                                    "png"sv,      "resized"sv,  "crops"sv,   "cropped"sv,     "label"sv,   "labels"sv,
                                    "labeled"sv,  "labelled"sv, "list"sv,    "annotations"sv, "classes"sv, "the"sv};

enum class Kind { kNone, kLower, kUpper };

Kind kind_of(char c) {
  if (c >= 'a' && c <= 'z') return Kind::kLower;
  return c >= 'A' && c <= 'Z' ? Kind::kUpper : Kind::kNone;
}

// Runs of letters in lower case; a capital after a small letter begins another: trainImages. Other letters than ASCII's
// are kept, digits and marks part words.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool inside = false;
  Kind before = Kind::kNone;
  for (const char c : name) {
    const Kind kind = kind_of(c);
    const bool other = static_cast<unsigned char>(c) >= 0x80;
    if (kind == Kind::kNone && !other) {
      inside = false;
    } else {
      if (!inside || (before == Kind::kLower && kind == Kind::kUpper)) words.emplace_back();
      words.back() += kind == Kind::kUpper ? static_cast<char>(c - 'A' + 'a') : c;
      inside = true;
    }
    before = kind;
  }
  return words;
}

// Of a word, also of two written as one: trainset, testdata.
const std::pair<std::string_view, Part>* part_of_word(std::string_view word) {
  for (const std::string_view ending : {""sv, "set"sv, "data"sv, "dataset"sv, "images"sv, "imgs"sv, "photos"sv}) {
    if (!word.ends_with(ending)) continue;
    const auto stem = word.substr(0, word.size() - ending.size());
    const auto found = std::find_if(kParts.begin(), kParts.end(), [&](const auto& p) { return p.first == stem; });
    if (found != kParts.end()) return &*found;
  }
  return nullptr;
}

bool is_plain_word(const std::string& word) {
  return std::find(kPlainWords.begin(), kPlainWords.end(), word) != kPlainWords.end();
}

}  // namespace

bool is_plain_name(std::string_view name) {
  const auto words = words_of(name);
  return !words.empty() && std::all_of(words.begin(), words.end(), is_plain_word);
}

std::optional<PartName> part_of_name(std::string_view name) {
  std::optional<PartName> found;
  std::string rest;
  for (const auto& word : words_of(name)) {
    if (const auto* part = part_of_word(word)) {
      if (found && found->part != part->second) return std::nullopt;
      found = PartName{part->second, "", word.starts_with("eval")};
    } else if (!is_plain_word(word)) {
      rest += (rest.empty() ? "" : " ") + word;
    }
  }
  if (found) found->rest = rest;
  return found;
}

}  // namespace pawprint
