#include <nlohmann/json.hpp>

#include "app/data/json_escape.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

void fuzz_one(std::string_view input) {
  must(json_string_bytes(json_string(input)) == std::string(input), "a string of any bytes is read as it was written");
  if (const auto bytes = json_string_bytes(input))
    must(json_string_bytes(json_string(*bytes)) == *bytes, "a string is written as it was read");
  must(is_utf8(valid_utf8(input)), "what is not UTF-8 is replaced");
  must(!is_utf8(input) || valid_utf8(input) == input, "what is UTF-8 is not");
  const auto json = nlohmann::ordered_json::parse(input, nullptr, false);
  if (json.is_discarded()) return;
  for (const int open : {0, 2})
    must(nlohmann::ordered_json::parse(json_text(json, open), nullptr, false) == json,
         "JSON is read as it was written");
}

}  // namespace pawprint
