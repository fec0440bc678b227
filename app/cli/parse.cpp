#include "app/cli/parse.h"

#include <cstdio>

#include "models/base/error.h"

namespace pawprint {

namespace {

std::string default_text(const OptionList::Option& option) {
  const auto& value = option.value;
  if (!option.row.fallback.empty()) return option.row.fallback;
  if (option.row.required || value.is_null() || value.is_boolean()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_number_float()) return value.dump();
  char text[32];
  std::snprintf(text, sizeof text, "%g", value.get<double>());
  return text;
}

}  // namespace

void OptionParser::finish() const {
  if (!takes_words_ && !arguments_.positional().empty())
    throw UsageError("expected options only, got " + in_quotes(arguments_.positional().front()));
}

void OptionParser::operands(const OperandRow& row, std::vector<std::string>& words) {
  takes_words_ = true;
  words = arguments_.positional();
  if (row.min > 1 && words.size() != row.min)
    throw UsageError("expected " + row.what + ", got " + std::to_string(words.size()));
  if (words.size() < row.min) throw UsageError("expected " + row.what + ", got nothing");
  if (words.size() > row.max) throw UsageError("expected one " + row.what + ", got " + in_quotes(words[1]) + " too");
}

std::optional<std::string> OptionParser::option(const OptionRow& row, const nlohmann::json&, const std::string&) {
  auto given = arguments_.text(row.name);
  if (!given && row.required) throw UsageError("--" + row.name + ": expected a value, got nothing");
  return given;
}

CommandSpec command_spec(const std::string& name, const OptionList& rows, const std::string& summary,
                         const std::string& notes) {
  CommandSpec spec{name, "", summary, {}, notes};
  for (const auto& operand : rows.words) {
    spec.synopsis += operand.value + ' ';
    spec.choices = operand.choices;
  }
  for (const auto& option : rows.options) {
    const auto& row = option.row;
    const std::string fallback = default_text(option);
    if (row.required) spec.synopsis += "--" + row.name + ' ' + row.value + ' ';
    spec.options.push_back(
        {row.name, row.value, row.help + (fallback.empty() ? "" : " (default: " + fallback + ')'), option.group});
  }
  if (!spec.options.empty()) spec.synopsis += "[options] ";
  if (!spec.synopsis.empty()) spec.synopsis.pop_back();
  return spec;
}

}  // namespace pawprint
