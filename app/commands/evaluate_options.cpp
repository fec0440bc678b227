#include <algorithm>
#include <limits>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "app/data/comma_list.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {"evaluate",
          "DATA --model FILE [options]",
          "Measures a model on photos whose class is known.",
          {{"model", "FILE", "a model.pt made by `pawprint finetune`, or the folder it is in"},
           {"out", "DIR", "write metrics.json, validation.csv and report.html there"},
           {"tta", "", "average each photo with its mirror image"},
           {"map", "FROM=TO,...", "classes of DATA that have another name in the model: cat=cats,dog=dogs"},
           kLabelsOption,
           kLabelsFromNameOption,
           kLimitOption,
           kTruncatedOption,
           kMegapixelsOption,
           kMegabytesOption,
           kSeedOption,
           kThreadsOption,
           kDeviceOption,
           kModelPrecisionOption},
          "DATA has the layouts that `pawprint finetune` takes; the test part is measured, else the\n"
          "validation part, else all photos.\n"
          "Exit code 3: done, but some photos could not be read.\n\n"
          "example: pawprint evaluate new_pets --model run/model.pt --out report\n"};
}

// cat=cats,dog=dogs
std::vector<std::pair<std::string, std::string>> parse_map(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> map;
  for (const auto& part : split_at_commas(text)) {
    const size_t equals = part.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == part.size())
      throw UsageError("--map: expected FROM=TO,FROM=TO, got " + in_quotes(text));
    map.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
  return map;
}

}  // namespace

EvaluateOptions parse_evaluate(const Arguments& arguments) {
  EvaluateOptions options;
  options.data = arguments.only_positional("DATA, a folder of photos");
  options.model = arguments.required("model");
  options.dataset = dataset_options(arguments);
  if (const auto map = arguments.text("map")) options.renames = parse_map(*map);
  options.photos = photo_options(arguments, arguments.flag("tta"));
  options.device = device_option(arguments);
  options.precision = precision_option(arguments);
  options.limit = arguments.integer("limit", 0, 1, std::numeric_limits<int64_t>::max());
  options.seed = arguments.seed();
  if (const auto folder = arguments.text("out")) options.out = *folder;
  return options;
}

Command evaluate_command() {
  return {spec(), [](const Arguments& arguments) { parse_evaluate(arguments); }};
}

}  // namespace pawprint
