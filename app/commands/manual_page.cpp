#include <algorithm>
#include <sstream>

#include "app/commands/commands.h"
#include "app/commands/generate.h"

namespace pawprint {

namespace {

// Text as roff takes it, printed exactly as it stands here.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;  // or it becomes a hyphen, which is no option when copied
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// A line of text; one that begins with a dot would be a request.
std::string text_line(const std::string& line) { return (line.starts_with('.') ? "\\&" : "") + escaped(line) + '\n'; }

// Text that is to be filled, in lines that people can read, too.
std::string filled(const std::string& text) {
  constexpr size_t kWidth = 72;
  std::istringstream in(text);
  std::string out, line;
  for (std::string word; in >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > kWidth) {
      out += text_line(line);
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? out : out + text_line(line);
}

// Lines that hold columns or command lines stay as they are; others are filled.
bool is_laid_out(const std::string& paragraph) {
  return paragraph.starts_with(' ') || paragraph.find("\n ") != std::string::npos || paragraph.starts_with("example");
}

std::string paragraph_text(const std::string& paragraph) {
  if (!is_laid_out(paragraph)) return ".PP\n" + filled(paragraph);
  std::istringstream in(paragraph);
  std::string text = ".PP\n.nf\n";
  for (std::string line; std::getline(in, line);) text += text_line(line);
  return text + ".fi\n";
}

// Paragraphs are what empty lines stand between.
std::string paragraphs(const std::string& notes) {
  std::string text;
  for (size_t begin = 0; begin < notes.size();) {
    const size_t end = std::min(notes.find("\n\n", begin), notes.size());
    if (end > begin) text += paragraph_text(notes.substr(begin, end - begin));
    begin = end + 2;
  }
  return text;
}

// A new line only where the next thing is explained (`fp32: as Python computes it`); others are there for --help.
std::string option_text(const OptionSpec& option) {
  std::string text = ".TP\n.B " + escaped("--" + option.name);
  if (!option.value.empty()) text += " \\fI" + escaped(option.value) + "\\fR";
  text += '\n';
  std::istringstream in(option.help);
  std::string part;
  for (std::string line; std::getline(in, line); part += line + ' ') {
    if (part.empty() || !line.substr(0, line.find(' ')).ends_with(':')) continue;
    text += filled(part) + ".br\n";
    part.clear();
  }
  return text + filled(part);
}

std::string command_text(const CommandSpec& spec) {
  std::string text = ".SS " + escaped(spec.name) + "\n.B " + escaped("pawprint " + spec.name) + "\n" +
                     filled(spec.synopsis) + ".PP\n" + filled(spec.summary);
  for (const auto& option : spec.options) text += option_text(option);
  return text + paragraphs(spec.notes);
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
                     escaped("--quiet") + " (nothing on stderr but errors) and " + escaped("--help") + ".\n";
  for (const auto& spec : specs) text += command_text(spec);
  return text + ".SH EXIT STATUS\n" + filled(program_notes()) +
         ".SH FILES\n"
         ".TP\n"
         ".I $XDG_CACHE_HOME/pawprint\n"
         "Features of photos, kept for the next run; without that variable,\n"
         "\\(ti/.cache/pawprint.\n"
         "May be deleted at any time.\n";
}

}  // namespace pawprint
