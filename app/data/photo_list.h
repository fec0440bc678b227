#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace pawprint {

// A list of photos of a dataset, as `check --fix-list` writes it and `finetune --exclude` takes it: a path a line,
// relative to the data folder. Empty lines, and what begins with #, say nothing. A path that begins with #, " or a byte
// order mark, has control characters or is not UTF-8, is written as a JSON string.

// A path as lists write it.
std::string listed_name(const std::filesystem::path& photo, const std::filesystem::path& data);

// Back from it, as in_data gives it. Throws Error, with `subject`, for a JSON string that is none.
std::string photo_of_listed_name(std::string_view name, const std::filesystem::path& data, const std::string& subject);

// One line of a list, LF included.
std::string photo_list_line(const std::filesystem::path& photo, const std::filesystem::path& data);

// The listed photos as in_data gives them. LF or CRLF, with or without a byte order mark.
//   subject: the file's name, for messages
// Throws Error, with the line, for a JSON string that is none.
std::set<std::string> parse_photo_list(std::string_view text, const std::filesystem::path& data,
                                       const std::string& subject);

// The text of a list. Throws Error if the file cannot be read.
std::string read_list_file(const std::filesystem::path& file);

// A name by which photos of the data folder are told apart, however their path is written: without `.` and `..`.
std::string in_data(const std::filesystem::path& photo, const std::filesystem::path& data);

}  // namespace pawprint
