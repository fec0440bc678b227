#pragma once

#include <string>

#include "app/base/option_list.h"
#include "app/cli/arguments.h"

namespace pawprint {

// Fills the fields of a struct from a line. Throws UsageError naming the option, what was expected and what was found.
class OptionParser : public OptionVisitor {
 public:
  explicit OptionParser(const Arguments& arguments) : arguments_(arguments) {}
  void finish() const;  // throws UsageError for words that no row takes

  bool reads() const override { return true; }
  void operands(const OperandRow& row, std::vector<std::string>& words) override;

 protected:
  std::optional<std::string> option(const OptionRow& row, const nlohmann::json& value,
                                    const std::string& wrong) override;

 private:
  const Arguments& arguments_;
  bool takes_words_ = false;
};

// What a command is told. Throws UsageError for all that can be wrong before a file is opened.
template <class Options>
Options parse(const Arguments& arguments) {
  Options options;
  OptionParser parser(arguments);
  options.visit(parser);
  parser.finish();
  if constexpr (requires { options.validate(arguments.given()); }) options.validate(arguments.given());
  return options;
}

// What a command's line looks like, from the rows of a struct of options with its defaults.
CommandSpec command_spec(const std::string& name, const OptionList& rows, const std::string& summary = "",
                         const std::string& notes = "");

}  // namespace pawprint
