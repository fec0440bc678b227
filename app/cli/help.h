#pragma once

#include <string>
#include <vector>

#include "app/cli/arguments.h"

namespace pawprint {

constexpr size_t kHelpWidth = 100;  // columns

// The help of a command, as `--help` prints it.
std::string help_text(const CommandSpec& spec);

// Lines of at most `width` bytes, each as full as may be; a line break in the text stays one.
std::vector<std::string> wrapped(const std::string& text, size_t width);

// What has empty lines around it: lines as they are in what is laid out, else one line.
std::vector<std::string> paragraphs(const std::string& text);

// Paragraphs that hold columns or command lines stay as they are; others are filled.
bool is_laid_out(const std::string& paragraph);

}  // namespace pawprint
