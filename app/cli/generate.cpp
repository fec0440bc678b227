#include "app/cli/generate.h"

#include <charconv>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "app/cli/commands.h"
#include "app/cli/parse.h"

namespace pawprint {

enum class Generated { kMan, kBash, kZsh };
template <>
inline constexpr std::array<std::string_view, 3> kWords<Generated> = {"man", "bash", "zsh"};

namespace {

struct GenerateOptions {
  Generated what = Generated::kMan;
  void visit(OptionVisitor& v) { v.operand(what); }
};

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
  const auto what = parse<GenerateOptions>(arguments).what;
  const auto specs = command_specs();
  if (what == Generated::kMan) return manual_page(specs, today());
  return what == Generated::kBash ? bash_completion(specs) : zsh_completion(specs);
}

}  // namespace

Command generate_command() {
  return {"generate",
          command_spec("generate", OptionList(GenerateOptions()),
                       "Prints the manual page, or the script that completes command lines in a shell.", R"(
`cmake --install` and the Debian package bring all three along. Without them:

  man -l <(pawprint generate man)
  source <(pawprint generate bash)                 in ~/.bashrc
  source <(pawprint generate zsh)                  in ~/.zshrc, below compinit

example: pawprint generate bash > ~/.local/share/bash-completion/completions/pawprint)"),
          [](const Arguments& arguments) { parse<GenerateOptions>(arguments); }, generated};
}

}  // namespace pawprint
