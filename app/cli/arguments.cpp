#include "app/cli/arguments.h"

#include <cxxopts.hpp>
#include <string_view>

#include "models/base/error.h"

namespace pawprint {

namespace {

cxxopts::Options to_cxxopts(const CommandSpec& spec) {
  cxxopts::Options options("pawprint " + spec.name);
  for (const auto& option : all_options(spec)) {
    if (option.value.empty()) {
      options.add_options()(option.name, option.help);
    } else {
      options.add_options()(option.name, option.help, cxxopts::value<std::string>(), option.value);
    }
  }
  return options;
}

// cxxopts reads `--flag=no` as a flag that is given and `--flag word` as a flag and a word: only the bare form counts.
void check_flags(const CommandSpec& spec, int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i];
    const auto equals = argument.find('=');
    if (!argument.starts_with("--") || equals == std::string_view::npos) continue;
    for (const auto& option : all_options(spec)) {
      if (option.value.empty() && argument.substr(2, equals - 2) == option.name)
        throw UsageError("--" + option.name + ": expected no value, got " + in_quotes(argument.substr(equals + 1)));
    }
  }
}

std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,/:@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

}  // namespace

Arguments::Arguments(const CommandSpec& spec, int argc, const char* const* argv) : name_(spec.name) {
  check_flags(spec, argc, argv);
  auto options = to_cxxopts(spec);
  try {
    const auto parsed = options.parse(argc, argv);
    for (const auto& option : all_options(spec)) {
      const auto count = parsed.count(option.name);
      if (count > 1)
        throw UsageError("--" + option.name + ": expected once, got it " + std::to_string(count) + " times");
      if (count == 0) continue;
      const std::string value = option.value.empty() ? "" : parsed[option.name].as<std::string>();
      if (!option.value.empty() && (value.empty() || value.starts_with("--")))
        throw UsageError("--" + option.name + ": expected " + option.value + ", got " +
                         (value.empty() ? "nothing" : in_quotes(value)));
      values_[option.name] = value;
    }
    positional_ = parsed.unmatched();
  } catch (const cxxopts::exceptions::no_such_option& error) {
    throw UsageError(std::string("expected one of the options of `pawprint ") + spec.name + "`: " + error.what());
  } catch (const cxxopts::exceptions::exception& error) {
    throw UsageError(error.what());
  }
}

std::optional<std::string> Arguments::text(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

Given Arguments::given() const {
  Given names;
  for (const auto& [name, value] : values_) names.insert(name);
  return names;
}

std::string Arguments::command_line() const {
  std::string line = "pawprint " + name_, end;
  for (const auto& word : positional_) {
    if (word.size() > 1 && word[0] == '-') {  // after `--`, or it would be taken for an option
      end += (end.empty() ? " -- " : " ") + shell_word(word);
    } else {
      line += ' ' + shell_word(word);
    }
  }
  for (const auto& [name, value] : values_) {
    if (name != "quiet" && name != "no-sandbox") line += " --" + name + (value.empty() ? "" : ' ' + shell_word(value));
  }
  return line + end;
}

std::vector<OptionSpec> all_options(const CommandSpec& spec) {
  auto options = spec.options;
  const std::string group = options.empty() ? "" : options.back().group;
  options.push_back({"quiet", "", "nothing on stderr but errors", group});
  options.push_back(
      {"no-sandbox", "", "let photos and model files write, start programs and reach the network, if they can", group});
  options.push_back({"help", "", "this help", group});
  return options;
}

bool wants_help(int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    if (std::string_view(argv[i]) == "--help" || std::string_view(argv[i]) == "-h") return true;
  }
  return false;
}

}  // namespace pawprint
