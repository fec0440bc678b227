#pragma once

#include <string>
#include <vector>

#include "app/cli/commands.h"

// What `pawprint generate` prints, made from the commands' own descriptions, so that it cannot be out of date.
namespace pawprint {

Command generate_command();

// A page for man(1). date: `2026-11-24`
std::string manual_page(const std::vector<CommandSpec>& specs, const std::string& date);

// Scripts that complete command lines: commands, options, and what options take. Bash's works without the package
// bash-completion; zsh's is a file for $fpath, or for `source`.
std::string bash_completion(const std::vector<CommandSpec>& specs);
std::string zsh_completion(const std::vector<CommandSpec>& specs);

// The values of a placeholder of help: `csv|jsonl` are words to choose from, FILE and CSV name a file, DIR names a
// folder, N nothing that can be completed.
struct Completable {
  std::vector<std::string> words;
  bool files = false, folders = false;
};
Completable completable(const std::string& placeholder);

// The same for what is no option. Most commands take files or folders there.
Completable operands(const CommandSpec& spec);

// `faces` of `faces train`, for each such family once.
std::vector<std::string> families(const std::vector<CommandSpec>& specs);

}  // namespace pawprint
