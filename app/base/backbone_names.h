// Backbones that go by a name where a command asks for a file: builtin ones, and those that `pawprint backbone get`
// keeps in the user's data folder.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/base/option_visitor.h"

namespace pawprint {

// $VARIABLE/pawprint or, below the home, ~/BELOW_HOME/pawprint. Empty where there is neither.
// The XDG base directory specification: a value that is not absolute does not count.
std::filesystem::path user_folder(const char* variable, const std::string& below_home);

std::filesystem::path kept_backbones_folder();               // empty where there is no home
std::filesystem::path kept_backbone(std::string_view name);  // the file that has this name, or would; empty likewise
std::vector<std::string> kept_backbone_names();              // sorted

// Those that models/export_backbone.py makes.
std::span<const std::string_view> exporter_names();

// What a line says -> the file, or a builtin network's name. A file of that name comes first, then builtin networks,
// then those that are kept. Throws Error for a word that is none of them; paths are left to whoever opens them.
std::filesystem::path find_backbone(const std::filesystem::path& said);

// A row, or a word of the line, that takes a file or a name. The field is the file; a record has what was said.
void backbone_row(OptionVisitor& visitor, const OptionRow& row, std::filesystem::path& backbone);
void backbones_row(OptionVisitor& visitor, const OptionRow& row,
                   std::vector<std::filesystem::path>& backbones);  // commas
void backbone_operand(OptionVisitor& visitor, const OperandRow& row, std::filesystem::path& backbone);

}  // namespace pawprint
