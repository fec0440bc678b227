#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/cli/arguments.h"

namespace pawprint {

// A command as far as its line goes: what it looks like, and whether it is right.
struct Command {
  std::string id;  // `faces_train`, as commands.def has it
  CommandSpec spec;
  void (*check)(const Arguments& arguments);  // throws UsageError for all that can be known before a file is opened
  std::string (*text)(const Arguments& arguments) = nullptr;  // the whole answer, of what needs no library; else null
};

const char* program_version();             // 0.1.0
std::string program_notes();               // exit codes: the end of `pawprint --help`
std::vector<CommandSpec> command_specs();  // of all commands, in the order of `pawprint --help`

// What main returns, for the launcher and the program alike. Answers --help, --version and lines that name no command;
// a command's line goes to `handler`, which returns the exit code. What it throws becomes a message and an exit code.
using Handler = std::function<int(const Command& command, const Arguments& arguments)>;
int dispatch(int argc, const char* const* argv, const Handler& handler);

}  // namespace pawprint
