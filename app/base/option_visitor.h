// An option is said once, as a row of its struct's visit(): from that row come parsing, the check of its range, help,
// completions, the manual page and the record of what a run was told. What options mean together is said in validate(),
// which throws UsageError naming the first that is wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "models/base/words.h"

namespace pawprint {

struct OptionRow {
  std::string name;           // `val-fraction`
  std::string value;          // the placeholder of its value in help: `N`, `FILE`; empty: a flag, or a choice of words
  std::string help;           // in lines of any length; a line of its own for each `word: what it means`
  std::string fallback = {};  // what help says for the default where the field cannot: `chosen by cross-validation`
  bool required = false;
};
inline OptionRow required(OptionRow row) {
  row.required = true;
  return row;
}

// Words of the line that are no options.
struct OperandRow {
  std::string value;  // as the synopsis has it: `PATH...`
  std::string what;   // as messages have it: `PATH, a file, a folder or - for stdin`
  size_t min = 1, max = 1;
  std::vector<std::string> choices = {};  // what it can be; empty: anything
};
constexpr size_t kAnyNumber = std::numeric_limits<size_t>::max();

struct WholeRange {
  int64_t min = 0, max = std::numeric_limits<int64_t>::max(), multiple_of = 1;
  std::vector<int64_t> only = {};  // these alone
  bool has(int64_t value) const;
  std::string text() const;  // `a whole number of 1 or more`
};

struct NumberRange {
  double min = 0, max = std::numeric_limits<double>::infinity();
  bool above_min = false, below_max = false;  // the ends themselves are not in it
  bool has(double value) const;
  std::string text() const;  // `more than 0 and less than 1`
};
constexpr NumberRange kShare{0, 1, true, true};

// Which options the line gave; none where a program fills the struct.
using Given = std::set<std::string>;

// A field out of its range means: not said (0 for all photos, a negative weight for one that is chosen).
class OptionVisitor {
 public:
  virtual ~OptionVisitor() = default;
  virtual void group(const std::string&) {}     // the heading of the options that follow
  virtual bool reads() const { return false; }  // a command line: what depends on the machine is to be filled in
  virtual void operands(const OperandRow& row, std::vector<std::string>& words) = 0;

  // One row, whatever its kind. Returns whether the line gave the option.
  bool row(const OptionRow& row, bool& field, bool when_given = true);
  bool row(const OptionRow& row, int64_t& field, const WholeRange& range);
  bool row(const OptionRow& row, uint64_t& field);
  bool row(const OptionRow& row, double& field, const NumberRange& range);
  bool row(const OptionRow& row, std::string& field);
  bool row(const OptionRow& row, std::vector<std::string>& field);  // with commas between them
  bool row(const OptionRow& row, std::filesystem::path& field) { return row_of(row, field.native(), field); }
  bool row(const OptionRow& row, std::optional<double>& field, const NumberRange& range) {
    return row_of(row, field.value_or(std::numeric_limits<double>::quiet_NaN()), field, range);
  }
  template <class Text>
  bool row(const OptionRow& row, std::optional<Text>& field) {
    return row_of(row, field.value_or(Text()), field);
  }
  template <class Enum, class = std::enable_if_t<std::is_enum_v<Enum>>>
  bool row(const OptionRow& row, Enum& field) {
    const auto given = choice(row, kWords<Enum>, static_cast<size_t>(field));
    if (given) field = static_cast<Enum>(*given);
    return given.has_value();
  }
  // A word of the line that is a path, or one of an enum's.
  void operand(const OperandRow& row, std::filesystem::path& field);
  template <class Enum>
  void operand(Enum& field) {
    field = static_cast<Enum>(operand(kWords<Enum>, static_cast<size_t>(field)));
  }
  // Which of these words it is; the synopsis has `value`, or all of them.
  size_t operand(std::span<const std::string_view> words, size_t field, const std::string& value = "");

 protected:
  // Told a row, its field's value (null: not said) and, where that is out of range, `expected X, got Y`. Returns what
  // the line says.
  virtual std::optional<std::string> option(const OptionRow& row, const nlohmann::json& value,
                                            const std::string& wrong) = 0;

 private:
  // A row whose value is another type than its field.
  template <class Value, class Field, class... Range>
  bool row_of(const OptionRow& row, Value value, Field& field, const Range&... range) {
    const bool given = this->row(row, value, range...);
    if (given) field = value;
    return given;
  }
  template <class Value, class Range>
  bool ranged(const OptionRow& row, Value& field, const Range& range);
  std::optional<size_t> choice(OptionRow row, std::span<const std::string_view> words, size_t field);
};

// Rows that many commands have.
void visit_seed(OptionVisitor& visitor, uint64_t& seed);
void visit_threads(OptionVisitor& visitor, int64_t& threads);  // of a line: all cores, or fewer

}  // namespace pawprint
