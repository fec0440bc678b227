#pragma once

#include <string>
#include <vector>

#include "app/base/option_visitor.h"

namespace pawprint {

// A struct of options, row by row.
class OptionList : public OptionVisitor {
 public:
  template <class Options>
  explicit OptionList(Options fields) {
    fields.visit(*this);
  }

  struct Option {
    OptionRow row;
    std::string group;     // the heading it is listed under; may be empty
    nlohmann::json value;  // null: not said
    std::string wrong;     // `expected X, got Y` where the value is out of range
  };
  std::vector<OperandRow> words;
  std::vector<Option> options;

  // {"DATA": "pets", "val-fraction": 0.2, "l2": null, ...}: every row by its name
  nlohmann::json json() const;

  void group(const std::string& heading) override { group_ = heading; }
  void operands(const OperandRow& row, std::vector<std::string>& given) override;

 protected:
  std::optional<std::string> option(const OptionRow& row, const nlohmann::json& value,
                                    const std::string& wrong) override;

 private:
  std::string group_;
  nlohmann::json words_json_ = nlohmann::json::object();
};

// Throws UsageError naming the first option out of range, unless its default is, too: that means `not said`.
void check_ranges(const OptionList& options, const OptionList& defaults);

template <class Options>
void check_ranges(const Options& options) {
  check_ranges(OptionList(options), OptionList(Options()));
}

}  // namespace pawprint
