#include "app/base/option_list.h"

#include "models/base/error.h"

namespace pawprint {

void OptionList::operands(const OperandRow& row, std::vector<std::string>& given) {
  words.push_back(row);
  words_json_[row.value] = row.max == 1 && !given.empty() ? nlohmann::json(given.front()) : nlohmann::json(given);
}

std::optional<std::string> OptionList::option(const OptionRow& row, const nlohmann::json& value,
                                              const std::string& wrong) {
  options.push_back({row, group_, value, wrong});
  return std::nullopt;
}

nlohmann::json OptionList::json() const {
  nlohmann::json record = words_json_;
  for (const auto& option : options) record[option.row.name] = option.value;
  return record;
}

void check_ranges(const OptionList& options, const OptionList& defaults) {
  for (size_t i = 0; i < options.options.size(); ++i) {
    const auto& [row, group, value, wrong] = options.options[i];
    if (!wrong.empty() && wrong != defaults.options[i].wrong) throw UsageError("--" + row.name + ": " + wrong);
  }
}

}  // namespace pawprint
