#include "app/cli/help.h"

#include <algorithm>
#include <sstream>

namespace pawprint {

namespace {

constexpr size_t kColumn = 28, kWidth = kHelpWidth;

std::string option_text(const OptionSpec& option) {
  std::string text = "  --" + option.name + (option.value.empty() ? "" : ' ' + option.value);
  text += text.size() + 2 > kColumn ? "\n" + std::string(kColumn, ' ') : std::string(kColumn - text.size(), ' ');
  bool first = true;
  for (const auto& line : wrapped(option.help, kWidth - kColumn)) {
    text += (first ? "" : std::string(kColumn, ' ')) + line + '\n';
    first = false;
  }
  return text;
}

}  // namespace

std::string help_text(const CommandSpec& spec) {
  std::string text, group;
  for (const auto& line : wrapped(spec.summary, kWidth)) text += line + '\n';
  text += "\nusage: pawprint " + spec.name + ' ' + spec.synopsis + "\n\noptions:\n";
  for (const auto& option : all_options(spec)) {
    if (option.group != group) text += '\n' + option.group + ":\n";
    group = option.group;
    text += option_text(option);
  }
  for (const auto& paragraph : paragraphs(spec.notes)) {
    text += '\n';
    if (is_laid_out(paragraph)) {
      text += paragraph + '\n';
    } else {
      for (const auto& line : wrapped(paragraph, kWidth)) text += line + '\n';
    }
  }
  return text;
}

std::vector<std::string> wrapped(const std::string& text, size_t width) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part);) {
    std::istringstream words(part);
    std::string line;
    for (std::string word; words >> word;) {
      if (!line.empty() && line.size() + 1 + word.size() > width) {
        lines.push_back(line);
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    }
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> paragraphs(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find("\n\n", begin), text.size());
    std::string part = text.substr(begin, end - begin);
    while (part.starts_with('\n')) part.erase(0, 1);
    while (part.ends_with('\n')) part.pop_back();
    if (!is_laid_out(part)) std::replace(part.begin(), part.end(), '\n', ' ');
    if (!part.empty()) parts.push_back(part);
    begin = end + 2;
  }
  return parts;
}

bool is_laid_out(const std::string& paragraph) {
  return paragraph.starts_with(' ') || paragraph.find("\n ") != std::string::npos || paragraph.starts_with("example");
}

}  // namespace pawprint
