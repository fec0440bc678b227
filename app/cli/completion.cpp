#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>

#include "app/cli/generate.h"

namespace pawprint {

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::string in_shell_quotes(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

// The second words of a family's commands, or without one the first words of all commands.
std::vector<std::string> words_of(const std::vector<CommandSpec>& specs, const std::string& family) {
  std::vector<std::string> words;
  for (const auto& spec : specs) {
    const auto parts = split(spec.name, ' ');
    if (!family.empty() && (parts.size() < 2 || parts[0] != family)) continue;
    const auto& word = parts[family.empty() ? 0 : 1];
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

// The options of a command, grouped by what they take: `--val | --sort-into) folders=yes ;;`
std::string bash_values(const CommandSpec& spec) {
  std::map<std::string, std::string> options_of;  // by what is done for them
  for (const auto& option : all_options(spec)) {
    if (option.value.empty()) continue;
    const auto what = completable(option.value);
    const std::string done = "words=" + in_shell_quotes(joined(what.words)) +
                             (what.files     ? " paths=files"
                              : what.folders ? " paths=folders"
                                             : " paths=none");
    auto& names = options_of[done];
    names += (names.empty() ? "--" : " | --") + option.name;
  }
  std::string text;
  for (const auto& [done, names] : options_of) text += "        " + names + ") " + done + " ;;\n";
  return text;
}

std::string either(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : "|") + word;
  return text;
}

// `backbone FILE` beside `backbone get`
bool is_command(const std::vector<CommandSpec>& specs, const std::string& name) {
  return std::any_of(specs.begin(), specs.end(), [&](const CommandSpec& spec) { return spec.name == name; });
}

// The second word of a family's command line.
std::string bash_family(const std::vector<CommandSpec>& specs, const std::string& family) {
  const auto words = words_of(specs, family);
  if (is_command(specs, family))
    return "    '2 " + family + "') more=" + in_shell_quotes(joined(words)) + " ;;\n    *' " + family +
           "') [[ ${COMP_WORDS[2]} == @(" + either(words) + ") ]] && command+=\" ${COMP_WORDS[2]}\" ;;\n";
  return "    '2 " + family + "') command='' words=" + in_shell_quotes(joined(words) + " --help") +
         " paths=none ;;\n    *' " + family + "') command+=\" ${COMP_WORDS[2]}\" ;;\n";
}

std::string bash_command(const CommandSpec& spec) {
  std::vector<std::string> options;
  for (const auto& option : all_options(spec)) options.push_back("--" + option.name);
  return "    " + in_shell_quotes(spec.name) + ")\n      words=" + in_shell_quotes(joined(operands(spec).words)) +
         (operands(spec).files ? "" : " paths=none") +
         "\n      [[ $word == -* ]] && words=" + in_shell_quotes(joined(options)) + "\n      case $before in\n" +
         bash_values(spec) + "      esac ;;\n";
}

// Backslashes before what _arguments reads as the end of a description.
std::string zsh_description(const std::string& help) {
  std::string text;
  for (const char c : help) {
    if (c == '\n') {
      text += ' ';
    } else {
      text += std::string(c == '[' || c == ']' || c == ':' || c == '\\' ? "\\" : "") + c;
    }
  }
  return text;
}

std::string zsh_action(const Completable& what) {
  if (what.files && !what.words.empty())
    return "_alternative \"words:word:(" + joined(what.words) + ")\" files:file:_files";
  return what.files ? "_files" : what.folders ? "_files -/" : what.words.empty() ? " " : '(' + joined(what.words) + ')';
}

std::string zsh_command(const CommandSpec& spec) {
  std::string text = "    " + in_shell_quotes(spec.name) + ")\n      _arguments -S";
  for (const auto& option : all_options(spec)) {
    std::string argument =
        "--" + option.name + (option.value.empty() ? "" : "=") + '[' + zsh_description(option.help) + ']';
    if (!option.value.empty())
      argument += ':' + zsh_description(option.value) + ':' + zsh_action(completable(option.value));
    text += " \\\n        " + in_shell_quotes(argument);
  }
  return text + " \\\n        " + in_shell_quotes("*:argument:" + zsh_action(operands(spec))) + " ;;\n";
}

// Names with their summaries, as _describe takes them.
std::string zsh_list(const std::vector<CommandSpec>& specs, const std::string& family, const std::string& indent) {
  std::string text;
  for (const auto& word : words_of(specs, family)) {
    std::string summary = "a group of commands";
    for (const auto& spec : specs) {
      if (spec.name == (family.empty() ? "" : family + ' ') + word) summary = spec.summary;
    }
    text += indent + in_shell_quotes(word + ':' + summary) + '\n';
  }
  return text;
}

// The same for zsh.
std::string zsh_family(const std::vector<CommandSpec>& specs, const std::string& family) {
  const bool own = is_command(specs, family);
  return "    " + family +
         ")\n"
         "      if (( CURRENT == 3 )); then\n"
         "        commands=(\n" +
         zsh_list(specs, family, "          ") +
         "        )\n"
         "        _describe -t commands command commands\n" +
         (own ? "      elif [[ $words[3] == (" + either(words_of(specs, family)) + ") ]]; then\n"
              : "        return\n      else\n") +
         "        command+=\" $words[3]\" own=2\n"
         "      fi ;;\n";
}

}  // namespace

Completable completable(const std::string& placeholder) {
  Completable what;
  for (const auto& part : split(placeholder, '|')) {
    if (part.starts_with("FILE") || part == "CSV") {
      what.files = true;
    } else if (part == "DIR") {
      what.folders = true;
    } else if (placeholder.find('|') != std::string::npos && std::isupper(static_cast<unsigned char>(part[0])) == 0) {
      what.words.push_back(part);
    }
  }
  return what;
}

Completable operands(const CommandSpec& spec) {
  auto what = completable(spec.synopsis.substr(0, spec.synopsis.find(' ')));
  if (!spec.choices.empty()) what.words = spec.choices;
  what.files = what.words.empty();
  return what;
}

std::vector<std::string> families(const std::vector<CommandSpec>& specs) {
  std::vector<std::string> names;
  for (const auto& spec : specs) {
    const auto family = spec.name.substr(0, spec.name.find(' '));
    if (family != spec.name && std::find(names.begin(), names.end(), family) == names.end()) names.push_back(family);
  }
  return names;
}

std::string bash_completion(const std::vector<CommandSpec>& specs) {
  std::string text =
      "# Completion of pawprint for bash; made by `pawprint generate bash`.\n"
      "_pawprint() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}\n"
      "  local words='' more='' paths=files\n"
      "  COMPREPLY=()\n"
      "  if [[ $word == '=' ]]; then  # --name=value is three words to bash\n"
      "    word=''\n"
      "  elif [[ $before == '=' ]]; then\n"
      "    before=${COMP_WORDS[COMP_CWORD - 2]}\n"
      "  fi\n"
      "  case \"$COMP_CWORD $command\" in\n"
      "    '1 '*) command='' words=" +
      in_shell_quotes(joined(words_of(specs, "")) + " --help --version") + " paths=none ;;\n";
  for (const auto& family : families(specs)) text += bash_family(specs, family);
  text += "  esac\n  case $command in\n";
  for (const auto& spec : specs) text += bash_command(spec);
  return text +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words $more\" -- \"$word\")\n"
         "  case $paths in  # bash itself completes files, as `complete` below says, where there is no word\n"
         "    folders) compopt -o dirnames +o default 2>/dev/null ;;\n"
         "    none) compopt +o default 2>/dev/null ;;\n"
         "  esac\n"
         "}\n"
         "complete -o default -F _pawprint pawprint\n";
}

std::string zsh_completion(const std::vector<CommandSpec>& specs) {
  std::string text =
      "#compdef pawprint\n"
      "# Completion of pawprint for zsh; made by `pawprint generate zsh`.\n"
      "_pawprint() {\n"
      "  local command=$words[2] own=1\n"
      "  local -a commands\n"
      "  if (( CURRENT == 2 )); then\n"
      "    commands=(\n" +
      zsh_list(specs, "", "      ") +
      "    )\n"
      "    _describe -t commands command commands\n"
      "    return\n"
      "  fi\n"
      "  case $command in\n";
  for (const auto& family : families(specs)) text += zsh_family(specs, family);
  text +=
      "  esac\n"
      "  shift $own words\n"
      "  (( CURRENT -= own ))\n"
      "  case $command in\n";
  for (const auto& spec : specs) text += zsh_command(spec);
  return text +
         "  esac\n"
         "}\n"
         "if [[ $funcstack[1] == _pawprint ]]; then  # found in $fpath; else read with `source`\n"
         "  _pawprint \"$@\"\n"
         "else\n"
         "  compdef _pawprint pawprint\n"
         "fi\n";
}

}  // namespace pawprint
