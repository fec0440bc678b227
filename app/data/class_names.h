#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pawprint {

// A class's name as it is kept: in Unicode's NFC, without blanks at the ends. So the same name written by a Mac (NFD),
// or with a blank behind it, is one class.
std::string class_name_of(std::string_view text);

// Throws Error unless `name` does as a folder's name (classify --sort-into) and as a column's.
void check_class_name(const std::string& name, const std::string& subject);

// Throws Error, naming both, if two of the names differ in case or in the number of blanks only.
void check_spellings(const std::vector<std::string>& names, const std::string& subject);

}  // namespace pawprint
