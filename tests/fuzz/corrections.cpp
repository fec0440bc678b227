#include "app/data/corrections.h"

#include "app/data/csv.h"
#include "app/data/photo_list.h"
#include "models/base/error.h"
#include "tests/fuzz/fuzz_target.h"

namespace pawprint {

void fuzz_one(std::string_view input) {
  const std::filesystem::path data = "data/pets";
  const std::vector<std::string> classes = {"cats", "dogs"};
  try {
    const auto said = parse_corrections(input, data, classes, "corrections");
    std::string text = "path,answer,label\n";
    for (const auto& [photo, correction] : said)
      text += csv_exact_cell(listed_name(data / photo, data)) + ',' + word(correction.answer) + ',' +
              (correction.answer == CorrectionKind::kLabel ? classes[static_cast<size_t>(correction.label)] : "") +
              '\n';
    must(parse_corrections(text, data, classes, "corrections") == said, "corrections are read as they were written");
  } catch (const Error&) {
  }
}

}  // namespace pawprint
