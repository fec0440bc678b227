#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/commands/arguments.h"

namespace pawprint {

// A command as far as its line goes: what it looks like, and whether it is right.
struct Command {
  CommandSpec spec;
  void (*check)(const Arguments& arguments);  // throws UsageError for all that can be known before a file is opened
  std::string (*text)(const Arguments& arguments) = nullptr;  // the whole answer, of what needs no library; else null
};

Command backbone_command();
Command bench_command();
Command check_command();
Command classify_command();
Command draw_command();
Command evaluate_command();
Command explain_command();
Command neurons_command();
Command faces_edit_command();
Command faces_strip_command();
Command faces_morph_command();
Command faces_analogy_command();
Command faces_gallery_command();
Command faces_serve_command();
Command faces_direction_command();
Command faces_score_command();
Command faces_train_command();
Command finetune_command();
Command generate_command();

const char* program_version();              // 0.1.0
std::string program_notes();                // exit codes: the end of `pawprint --help`
std::vector<CommandSpec> command_specs();  // of all commands, in the order of `pawprint --help`

// What main returns, for the launcher and the program alike. Answers --help, --version and lines that name no command;
// a command's line goes to `act`, which returns the exit code. What act throws becomes a message and an exit code.
using Act = std::function<int(const Command& command, const Arguments& arguments)>;
int answer(int argc, const char* const* argv, const Act& act);

}  // namespace pawprint
