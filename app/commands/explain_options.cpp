#include <limits>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "explain",
      "PHOTO|DIR... --model FILE --out DIR [options]",
      "Shows where in each photo the model finds its answer: heat maps, and a check that they tell the truth.",
      {{"model", "FILE", "a model.pt made by `pawprint finetune`, or the folder it is in"},
       {"out", "DIR", "a new or empty folder for index.html, explain.json and a picture of each\nphoto"},
       {"class", "NAME,...", "maps of these classes, side by side (default: the class it is said to be)"},
       {"limit", "N", "N photos in all, drawn by the seed"},
       {"no-check", "", "leave out the check, which takes most of the time"},
       kSeedOption,
       kTruncatedOption,
       kMegapixelsOption,
       kMegabytesOption,
       kThreadsOption,
       kDeviceOption,
       kModelPrecisionOption},
      "Orange places speak for the class, blue ones for the most probable other class; the network sees the bright\n"
      "square only. The check covers the hottest tenth of each photo, and a random one: the first must lower the\n"
      "probability more.\n"
      "Exit code 3: done, but some files could not be read.\n\n"
      "example: pawprint explain holiday --model run/model.pt --out why\n"};
}

}  // namespace

ExplainOptions parse_explain(const Arguments& arguments) {
  ExplainOptions options;
  options.paths.assign(arguments.positional().begin(), arguments.positional().end());
  if (options.paths.empty()) throw UsageError("expected photos or folders of photos, got nothing");
  options.model = arguments.required("model");
  options.out = arguments.required("out");
  options.classes = arguments.text("class").value_or("");
  options.limit = arguments.integer("limit", 0, 1, std::numeric_limits<int64_t>::max());
  options.check = !arguments.flag("no-check");
  options.seed = arguments.seed();
  options.photos = photo_options(arguments, false);
  options.device = device_option(arguments);
  options.precision = precision_option(arguments);
  return options;
}

Command explain_command() {
  return {spec(), [](const Arguments& arguments) { parse_explain(arguments); }};
}

}  // namespace pawprint
