#include <algorithm>
#include <map>
#include <sstream>

#include "app/cli/generate.h"
#include "app/cli/help.h"

namespace pawprint {

namespace {

// Text as roff takes it, printed exactly as it is here; a plain - would become a hyphen, no option when copied.
std::string escaped(const std::string& text) {
  const std::map<char, std::string> roff = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
                                            {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}};
  std::string out;
  for (const char c : text) out += roff.contains(c) ? roff.at(c) : std::string(1, c);
  return out;
}

// A line of text; one that begins with a dot would be a request.
std::string text_line(const std::string& line) { return (line.starts_with('.') ? "\\&" : "") + escaped(line) + '\n'; }

// Text that is to be filled, in lines that people can read, too: of at most 80 bytes with what is escaped in them.
std::string filled(const std::string& text) {
  constexpr size_t kLongest = 81, kWidest = 72;  // with the line's end
  std::string out;
  size_t longest = kLongest + 1;
  for (size_t width = kWidest; longest > kLongest && width > kWidest / 2; width -= 4) {
    out.clear();
    longest = 0;
    for (const auto& line : wrapped(text, width)) {
      const std::string roff = text_line(line);
      longest = std::max(longest, roff.size());
      out += roff;
    }
  }
  return out;
}

std::string paragraph_text(const std::string& paragraph) {
  if (!is_laid_out(paragraph)) return ".PP\n" + filled(paragraph);
  std::istringstream in(paragraph);
  std::string text = ".PP\n.nf\n";
  for (std::string line; std::getline(in, line);) text += text_line(line);
  return text + ".fi\n";
}

std::string option_text(const OptionSpec& option) {
  std::string text = ".TP\n.B " + escaped("--" + option.name);
  if (!option.value.empty()) text += " \\fI" + escaped(option.value) + "\\fR";
  text += '\n';
  std::istringstream in(option.help);
  bool first = true;
  for (std::string line; std::getline(in, line); first = false) text += (first ? "" : ".br\n") + filled(line);
  return text;
}

std::string command_text(const CommandSpec& spec) {
  std::string text = ".SS " + escaped(spec.name) + "\n.B " + escaped("pawprint " + spec.name) + "\n" +
                     filled(spec.synopsis) + ".PP\n" + filled(spec.summary);
  for (const auto& option : spec.options) text += option_text(option);
  for (const auto& paragraph : paragraphs(spec.notes)) text += paragraph_text(paragraph);
  return text;
}

}  // namespace

std::string manual_page(const std::vector<CommandSpec>& specs, const std::string& date) {
  std::string text = ".\\\" Made by `pawprint generate man`.\n.TH PAWPRINT 1 " + date + " \"pawprint " +
                     program_version() +
                     "\" \"User Commands\"\n"
                     ".SH NAME\n"
                     "pawprint \\- teach a pretrained network a new job from a folder of photos\n"
                     ".SH SYNOPSIS\n"
                     ".B pawprint\n"
                     ".I command\n"
                     "[\\fIoption\\fR ...]\n"
                     ".PP\n"
                     ".B pawprint\n"
                     "[\\fIcommand\\fR] " +
                     escaped("--help") + "\n.PP\n.B pawprint " + escaped("--version") +
                     "\n.SH DESCRIPTION\n"
                     "Takes a network that knows a thousand kinds of things, fits a new last\n"
                     "layer on a few hundred photos, and sorts photos with it.\n"
                     "A folder per class is all it needs.\n"
                     "Faces have commands of their own.\n"
                     ".SH COMMANDS\n"
                     "Every command takes " +
                     escaped("--quiet") + " (nothing on stderr but errors),\n" + escaped("--no-sandbox") +
                     " (SECURITY.md) and " + escaped("--help") + ".\n";
  for (const auto& spec : specs) text += command_text(spec);
  return text + ".SH EXIT STATUS\n" + filled(program_notes()) +
         ".SH FILES\n"
         ".TP\n"
         ".I $XDG_CACHE_HOME/pawprint\n"
         "Features of photos, kept for the next run; without that variable,\n"
         "\\(ti/.cache/pawprint.\n"
         "May be deleted at any time.\n"
         ".TP\n"
         ".I $XDG_DATA_HOME/pawprint/backbones\n"
         "What pawprint backbone get keeps; without that variable,\n"
         "\\(ti/.local/share/pawprint/backbones.\n";
}

}  // namespace pawprint
