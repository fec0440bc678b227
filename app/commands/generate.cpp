#include "app/commands/generate.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "app/commands/commands.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {"generate",
          "man|bash|zsh",
          "Prints the manual page, or the script that completes command lines in a shell.",
          {},
          "`cmake --install` and the Debian package bring all three along. Without them:\n"
          "  man -l <(pawprint generate man)\n"
          "  source <(pawprint generate bash)                 in ~/.bashrc\n"
          "  source <(pawprint generate zsh)                  in ~/.zshrc, below compinit\n\n"
          "example: pawprint generate bash > ~/.local/share/bash-completion/completions/pawprint\n"};
}

std::string what(const Arguments& arguments) {
  const std::string& name = arguments.only_positional("`man`, `bash` or `zsh`");
  if (name != "man" && name != "bash" && name != "zsh")
    throw UsageError("expected `man`, `bash` or `zsh`, got " + in_quotes(name));
  return name;
}

// Today, or the day that a reproducible build is to be from (reproducible-builds.org/specs/source-date-epoch).
std::string today() {
  std::time_t now = std::time(nullptr);
  if (const char* epoch = std::getenv("SOURCE_DATE_EPOCH")) {
    const std::string_view text = epoch;
    std::from_chars(text.data(), text.data() + text.size(), now);
  }
  char date[16] = "";
  std::tm day{};
  gmtime_r(&now, &day);
  std::strftime(date, sizeof date, "%Y-%m-%d", &day);
  return date;
}

std::string generated(const Arguments& arguments) {
  const auto name = what(arguments);
  const auto specs = command_specs();
  return name == "man" ? manual_page(specs, today()) : name == "bash" ? bash_completion(specs) : zsh_completion(specs);
}

}  // namespace

Command generate_command() {
  return {spec(), [](const Arguments& arguments) { what(arguments); }, generated};
}

}  // namespace pawprint
