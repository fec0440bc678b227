#include "app/cli/arguments.h"

#include <algorithm>
#include <cxxopts.hpp>
#include <string_view>

#include "models/base/did_you_mean.h"
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

// The first word that looks like an option and is none. The word behind an option that takes one is its value.
std::string unknown_option(const std::vector<OptionSpec>& options, int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    const std::string_view argument = argv[i], name = argument.substr(0, argument.find('='));
    if (!argument.starts_with('-') || argument == "-") continue;
    const auto found =
        std::find_if(options.begin(), options.end(), [&](const auto& o) { return "--" + o.name == name; });
    if (found == options.end()) return std::string(name);
    if (!found->value.empty() && name == argument) ++i;
  }
  return "";
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
  } catch (const cxxopts::exceptions::no_such_option&) {
    const auto known = all_options(spec);
    const std::string unknown = unknown_option(known, argc, argv);
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const auto& option : known) names.push_back(option.name);
    throw UsageError(
        "expected one of the options of `pawprint " + spec.name + "`, got " + in_quotes(unknown) +
        did_you_mean(unknown.substr(std::min(unknown.size(), unknown.find_first_not_of('-'))), names, "--"));
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

std::string command_line_of(const std::string& name, const OptionList& options, const OptionList& defaults) {
  const auto text = [](const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  std::string line = "pawprint " + name;
  const auto record = options.json();
  for (const auto& word : options.words) line += ' ' + shell_word(text(record.at(word.value)));
  for (size_t i = 0; i < options.options.size(); ++i) {
    const auto& [row, group, value, wrong] = options.options[i];
    if (value.is_null() || value == defaults.options[i].value) continue;
    line += " --" + row.name + (value.is_boolean() ? "" : ' ' + shell_word(text(value)));
  }
  return line;
}

std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,/:@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
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
