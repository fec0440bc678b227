#include "app/data/class_names.h"

#include <map>

#include "app/data/json_escape.h"
#include "app/data/unicode_text.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

std::string class_name_of(std::string_view text) { return trimmed(nfc(text)); }

void check_class_name(const std::string& name, const std::string& subject) {
  if (!is_folder_name(name) || !is_utf8(name))
    throw Error(subject + ": expected a class name in UTF-8 without '/' and control characters, got " +
                in_quotes(name));
}

void check_spellings(const std::vector<std::string>& names, const std::string& subject) {
  std::map<std::string, std::string> spelling;
  for (const auto& name : names) {
    const auto [before, is_new] = spelling.emplace(folded(with_single_blanks(name)), name);
    if (!is_new && before->second != name)
      throw Error(subject + ": expected one spelling of each class, got " + in_quotes(before->second) + " and " +
                  in_quotes(name) + ", which differ in case or blanks only; give one name to both");
  }
}

}  // namespace pawprint
