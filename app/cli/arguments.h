#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/base/option_list.h"
#include "app/base/option_visitor.h"

namespace pawprint {

constexpr int kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitSomeUnreadable = 3, kExitBug = 70;

// One option: `--name VALUE`, or a flag where value is empty.
struct OptionSpec {
  std::string name, value, help;
  std::string group = {};  // the heading it is listed under: `the photos`; empty: `options`
};

// What a command's line looks like; --quiet, --no-sandbox and --help are added to every command.
struct CommandSpec {
  std::string name;      // `finetune`
  std::string synopsis;  // `DATA --backbone FILE --out DIR [options]`
  std::string summary;   // one sentence
  std::vector<OptionSpec> options;
  std::string notes;  // what else help says: an example at the least; paragraphs with empty lines between them
  std::vector<std::string> choices = {};  // what its word can be; empty: anything
};

// A parsed command line. cxxopts only splits it: it would take 0.1x for 0.1, split values at commas and drop stray
// words. parse() (app/cli/parse.h) makes a struct of it.
class Arguments {
 public:
  // argv[0] is the command's name.
  Arguments(const CommandSpec& spec, int argc, const char* const* argv);

  const std::vector<std::string>& positional() const { return positional_; }

  bool flag(const std::string& name) const { return values_.contains(name); }
  std::optional<std::string> text(const std::string& name) const;
  Given given() const;

  // The same command as a POSIX shell takes it: `pawprint train 'my pets' --out run`; --quiet and --no-sandbox, which
  // change no result, are left out.
  std::string command_line() const;

 private:
  std::string name_;
  std::map<std::string, std::string> values_;
  std::vector<std::string> positional_;
};

// A line that sets such options: what is as its default is left out.   name: `finetune`
std::string command_line_of(const std::string& name, const OptionList& options, const OptionList& defaults);

// As a POSIX shell takes it: in quotes where it needs them.
std::string shell_word(const std::string& word);

// The options of a command, with those that every command has.
std::vector<OptionSpec> all_options(const CommandSpec& spec);

// True for --help or -h before any `--`.
bool wants_help(int argc, const char* const* argv);

}  // namespace pawprint
