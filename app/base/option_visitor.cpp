#include "app/base/option_visitor.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "app/base/cores.h"
#include "app/base/strings.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

// `auto, cpu or cuda`
std::string one_of(const std::vector<std::string>& words) {
  std::string list;
  for (size_t i = 0; i < words.size(); ++i) list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return list;
}

std::string joined(std::span<const std::string_view> words, char separator) {
  std::string list;
  for (const auto word : words) list += (list.empty() ? "" : std::string(1, separator)) + std::string(word);
  return list;
}

UsageError refusal(const std::string& name, const std::string& expected, const std::string& got) {
  return UsageError("--" + name + ": expected " + expected + ", got " + got);
}

struct AnyNatural {
  bool has(uint64_t) const { return true; }
  std::string text() const { return "a whole number of 0 or more"; }
};

}  // namespace

bool WholeRange::has(int64_t value) const {
  if (!only.empty()) return std::find(only.begin(), only.end(), value) != only.end();
  return value >= min && value <= max && value % multiple_of == 0;
}

std::string WholeRange::text() const {
  std::vector<std::string> words;
  for (const int64_t value : only) words.push_back(std::to_string(value));
  if (!words.empty()) return one_of(words);
  const std::string begin = std::to_string(min), end = std::to_string(max);
  if (multiple_of > 1) return "a multiple of " + std::to_string(multiple_of) + " from " + begin + " to " + end;
  return "a whole number of " + begin + (max == std::numeric_limits<int64_t>::max() ? " or more" : " to " + end);
}

bool NumberRange::has(double value) const {
  return std::isfinite(value) && value >= min && value <= max && !(above_min && value == min) &&
         !(below_max && value == max);
}

std::string NumberRange::text() const {
  const std::string begin = plain(min), end = plain(max);
  if (std::isinf(max)) return above_min ? "a number above " + begin : "a number of " + begin + " or more";
  if (!above_min && !below_max) return "a number from " + begin + " to " + end;
  return (above_min ? "more than " + begin : begin + " or more") + " and " + (below_max ? "less than " : "at most ") +
         end;
}

template <class Value, class Range>
bool OptionVisitor::ranged(const OptionRow& row, Value& field, const Range& range) {
  const bool right = range.has(field);
  const nlohmann::json value = field;
  auto text =
      option(row, right ? value : nlohmann::json(), right ? "" : "expected " + range.text() + ", got " + value.dump());
  if (!text) return false;
  const bool plus = std::is_same_v<Value, double> && range.has(-1) && text->starts_with('+');
  const std::string_view digits = std::string_view(*text).substr(plus ? 1 : 0);
  Value read{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), read);
  if (error != std::errc() || end != digits.data() + digits.size())
    throw refusal(row.name, range.text(), in_quotes(*text));
  if (!range.has(read)) throw refusal(row.name, range.text(), *text);
  field = read;
  return true;
}

bool OptionVisitor::row(const OptionRow& row, int64_t& field, const WholeRange& range) {
  return ranged(row, field, range);
}

bool OptionVisitor::row(const OptionRow& row, uint64_t& field) { return ranged(row, field, AnyNatural()); }

bool OptionVisitor::row(const OptionRow& row, double& field, const NumberRange& range) {
  return ranged(row, field, range);
}

bool OptionVisitor::row(const OptionRow& row, bool& field, bool when_given) {
  const bool given = option(row, field == when_given, "").has_value();
  if (given) field = when_given;
  return given;
}

bool OptionVisitor::row(const OptionRow& row, std::string& field) {
  const auto text = option(row, field.empty() ? nlohmann::json() : nlohmann::json(field), "");
  if (text) field = *text;
  return text.has_value();
}

bool OptionVisitor::row(const OptionRow& row, std::vector<std::string>& field) {
  std::string text = joined(std::vector<std::string_view>(field.begin(), field.end()), ',');
  const bool given = this->row(row, text);
  if (given) field = split_at_commas(text);
  return given;
}

std::optional<size_t> OptionVisitor::choice(OptionRow row, std::span<const std::string_view> words, size_t field) {
  row.value = joined(words, '|');
  const auto text = option(row, words[field], "");
  if (!text) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), *text);
  if (found == words.end()) throw refusal(row.name, one_of({words.begin(), words.end()}), in_quotes(*text));
  return static_cast<size_t>(found - words.begin());
}

void OptionVisitor::operand(const OperandRow& row, std::filesystem::path& field) {
  std::vector<std::string> words;
  if (!field.empty()) words.push_back(field.native());
  operands(row, words);
  field = words.empty() ? "" : words.front();
}

size_t OptionVisitor::operand(std::span<const std::string_view> words, size_t field, const std::string& value) {
  std::vector<std::string> quoted, said{std::string(words[field])};
  for (const auto word : words) quoted.push_back('`' + std::string(word) + '`');
  operands({value.empty() ? joined(words, '|') : value, one_of(quoted), 1, 1, {words.begin(), words.end()}}, said);
  const auto found = std::find(words.begin(), words.end(), said.front());
  if (found == words.end()) throw UsageError("expected " + one_of(quoted) + ", got " + in_quotes(said.front()));
  return static_cast<size_t>(found - words.begin());
}

void visit_seed(OptionVisitor& v, uint64_t& seed) { v.row({"seed", "N", "of every random draw"}, seed); }

void visit_threads(OptionVisitor& v, int64_t& threads) {
  const OptionRow row{"threads", "N", "workers, one core each", "all cores it may use"};
  const bool given = v.row(row, threads, {1, 1024});
  if (v.reads()) threads = given ? std::min(threads, available_cores()) : available_cores();
}

}  // namespace pawprint
