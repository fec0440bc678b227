#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/data/labeled_images.h"

namespace pawprint {

enum class CorrectionKind { kKeep, kLeaveOut, kLabel };
template <>
inline constexpr std::array<std::string_view, 3> kWords<CorrectionKind> = {"keep", "leave out", "label"};

struct Correction {
  CorrectionKind answer = CorrectionKind::kKeep;
  int64_t label = 0;  // of the classes; with kLabel only

  bool operator==(const Correction&) const = default;
};

// What a person said of photos, by their names as in_data gives them: corrections.csv, which pages save.
//   path,answer,label
//   cats/1.jpg,keep,          as it is
//   cats/2.jpg,leave out,     not to be trained on; not to be sorted
//   cats/3.jpg,label,dogs     it is one of the `dogs`
// Paths are written as in a list of photos (photo_list.h). RFC 4180 in UTF-8; what a spreadsheet makes of it (CRLF, a
// byte order mark, semicolons) is read, too. Lists can be put one behind the other: the last row of a photo counts.
using Corrections = std::map<std::string, Correction>;

// Does it begin with that heading? Else it may be a list of photos.
bool is_corrections(std::string_view text);

// A label is one of the class names.   subject: the file's name, for messages
// Throws Error, with the line, for anything else.
Corrections parse_corrections(std::string_view text, const std::filesystem::path& data,
                              const std::vector<std::string>& class_names, const std::string& subject);

// The same, of a file. Throws Error if it cannot be read.
Corrections read_corrections(const std::filesystem::path& file, const std::filesystem::path& data,
                             const std::vector<std::string>& class_names);

// Both return the photos of the list that are not among the images: some may have been removed since. If none is among
// them the list belongs to another folder: Error.

// Those that a list of photos names, or that corrections leave out, are not trained on.
std::vector<std::string> exclude_listed(LabeledImages& images, const std::filesystem::path& list,
                                        const std::filesystem::path& data);

// Photos get the labels that a person gave them; those left out are not trained on, and the others are, whatever a list
// of excluded ones says.
std::vector<std::string> correct_labels(LabeledImages& images, const std::filesystem::path& corrections,
                                        const std::filesystem::path& data);

}  // namespace pawprint
