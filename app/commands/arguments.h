#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pawprint {

constexpr int kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitSomeUnreadable = 3, kExitBug = 70;

// One option: `--name VALUE`, or a flag where value is empty.
struct OptionSpec {
  std::string name, value, help;
};

// What a command's line looks like; --quiet and --help are added to every command.
struct CommandSpec {
  std::string name;      // `finetune`
  std::string synopsis;  // `DATA --backbone FILE --out DIR [options]`
  std::string summary;   // one sentence
  std::vector<OptionSpec> options;
  std::string notes;  // what else help says: an example at the least
};

// A parsed command line. cxxopts only splits it: it would take 0.1x for 0.1, split values at commas and drop stray
// words. Every getter throws UsageError naming the option, what was expected and what was found.
class Arguments {
 public:
  // argv[0] is the command's name.
  Arguments(const CommandSpec& spec, int argc, const char* const* argv);

  const std::vector<std::string>& positional() const { return positional_; }
  const std::string& only_positional(const std::string& what) const;  // exactly one

  bool flag(const std::string& name) const { return values_.contains(name); }
  std::optional<std::string> text(const std::string& name) const;
  std::string required(const std::string& name) const;
  int64_t integer(const std::string& name, int64_t fallback, int64_t least, int64_t most) const;
  uint64_t seed() const;  // --seed, 1 where it is not given
  double number(const std::string& name, double fallback, double least) const;
  std::string choice(const std::string& name, const std::vector<std::string>& choices) const;  // default: the first

  // The same command as a POSIX shell takes it: `pawprint train 'my pets' --out run`; --quiet, which changes no result,
  // is left out.
  std::string command_line() const;

 private:
  std::string name_;
  std::map<std::string, std::string> values_;
  std::vector<std::string> positional_;
};

// The options of a command, with those that every command has.
std::vector<OptionSpec> all_options(const CommandSpec& spec);

// The help of a command, as `--help` prints it.
std::string help_text(const CommandSpec& spec);

// True for --help or -h before any `--`.
bool wants_help(int argc, const char* const* argv);

}  // namespace pawprint
