#include "app/commands/arguments.h"

#include <charconv>
#include <cmath>
#include <cxxopts.hpp>
#include <limits>
#include <string_view>

#include "models/error.h"

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

template <class T>
T parse_whole(const std::string& name, const std::string& text, const std::string& expected) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError("--" + name + ": expected " + expected + ", got " + in_quotes(text));
  return value;
}

std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
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

const std::string& Arguments::only_positional(const std::string& what) const {
  if (positional_.empty()) throw UsageError("expected " + what + ", got nothing");
  if (positional_.size() > 1) throw UsageError("expected one " + what + ", got " + in_quotes(positional_[1]) + " too");
  return positional_.front();
}

std::optional<std::string> Arguments::text(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional(found->second);
}

std::string Arguments::required(const std::string& name) const {
  const auto value = text(name);
  if (!value) throw UsageError("--" + name + ": expected a value, got nothing");
  return *value;
}

int64_t Arguments::integer(const std::string& name, int64_t fallback, int64_t least, int64_t most) const {
  const auto given = text(name);
  if (!given) return fallback;
  const std::string expected =
      "a whole number of " + std::to_string(least) +
      (most == std::numeric_limits<int64_t>::max() ? " or more" : " to " + std::to_string(most));
  const auto value = parse_whole<int64_t>(name, *given, expected);
  if (value < least || value > most) throw UsageError("--" + name + ": expected " + expected + ", got " + *given);
  return value;
}

uint64_t Arguments::seed() const {
  const auto given = text("seed");
  return given ? parse_whole<uint64_t>("seed", *given, "a whole number of 0 or more") : 1;
}

double Arguments::number(const std::string& name, double fallback, double least) const {
  const auto given = text(name);
  if (!given) return fallback;
  const std::string expected = "a number of " + plain(least) + " or more";
  const auto value = parse_whole<double>(name, *given, expected);
  if (!std::isfinite(value) || value < least)
    throw UsageError("--" + name + ": expected " + expected + ", got " + *given);
  return value;
}

std::string Arguments::choice(const std::string& name, const std::vector<std::string>& choices) const {
  const auto given = text(name).value_or(choices.front());
  std::string list;
  for (const auto& option : choices) {
    if (option == given) return given;
    list += (list.empty() ? "" : option == choices.back() ? " or " : ", ") + option;
  }
  throw UsageError("--" + name + ": expected " + list + ", got " + in_quotes(given));
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
    if (name != "quiet") line += " --" + name + (value.empty() ? "" : ' ' + shell_word(value));
  }
  return line + end;
}

std::vector<OptionSpec> all_options(const CommandSpec& spec) {
  auto options = spec.options;
  options.push_back({"quiet", "", "nothing on stderr but errors"});
  options.push_back({"help", "", "this help"});
  return options;
}

std::string help_text(const CommandSpec& spec) {
  constexpr size_t kColumn = 28;
  std::string text = spec.summary + "\n\nusage: pawprint " + spec.name + ' ' + spec.synopsis + "\n\noptions:\n";
  for (const auto& option : all_options(spec)) {
    std::string line = "  --" + option.name + (option.value.empty() ? "" : ' ' + option.value);
    line += line.size() + 2 > kColumn ? "\n" + std::string(kColumn, ' ') : std::string(kColumn - line.size(), ' ');
    for (const char c : option.help) line += c == '\n' ? "\n" + std::string(kColumn, ' ') : std::string(1, c);
    text += line + '\n';
  }
  return text + '\n' + spec.notes;
}

bool wants_help(int argc, const char* const* argv) {
  for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i) {
    if (std::string_view(argv[i]) == "--help" || std::string_view(argv[i]) == "-h") return true;
  }
  return false;
}

}  // namespace pawprint
