#include "app/data/photo_list.h"

#include "models/base/error.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

void fuzz_one(std::string_view input) {
  const std::filesystem::path data = "data/pets";
  try {
    const auto photos = parse_photo_list(input, data, "list");
    std::string text;
    for (const auto& photo : photos) text += photo_list_line(data / photo, data);
    must(parse_photo_list(text, data, "list") == photos, "a list is read as it was written");
  } catch (const Error&) {
  }
}

}  // namespace pawprint
