#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "check",
      "DATA [--backbone FILE] [--json] [--out DIR] [--fix-list FILE] [options]",
      "Says what is wrong with a folder of photos before a network is trained on it.",
      {{"backbone", "FILE", "look for wrong labels too, with this network's features; petite ships"},
       {"json", "", "all that was found, as JSON on stdout, instead of the table"},
       {"out", "DIR", "write check.html there, a page with the pictures"},
       {"fix-list", "FILE", "write there which photos to leave out, for `pawprint finetune --exclude`"},
       {"val", "DIR", "photos to validate on, a folder per class as in DATA"},
       kLabelsOption,
       kLabelsFromNameOption,
       {"image-size", "N", "side of the square the network sees (default: the backbone's own, mostly 224)"},
       kMegapixelsOption,
       kMegabytesOption,
       kSeedOption,
       kThreadsOption,
       kDeviceOption,
       kPrecisionOption,
       kCacheOption,
       kCacheLimitOption,
       kNoCacheOption},
      "Finds what cannot be read; what is tiny, blurred, dark, bright, of a single colour, of an odd shape or named "
      "as\n"
      "another type; duplicates and near duplicates, also across classes and across train/ and val/; labels that the\n"
      "other photos make doubtful. Changes no photo. Exit code 0 whatever it finds.\n"
      "DATA has the layouts that `pawprint finetune` takes. docs/check.md has the limits and the JSON.\n\n"
      "example: pawprint check pets --backbone mobilenet_v2.pt --out report --fix-list fix.txt\n"};
}

}  // namespace

CheckOptions parse_check(const Arguments& arguments) {
  CheckOptions options;
  options.data = arguments.only_positional("DATA, a folder of photos");
  options.backbone = arguments.text("backbone").value_or("");
  options.dataset = dataset_options(arguments);
  if (const auto folder = arguments.text("val")) options.validation = *folder;
  options.json = arguments.flag("json");
  if (const auto folder = arguments.text("out")) options.out = *folder;
  if (const auto file = arguments.text("fix-list")) options.fix_list = *file;
  options.image_size_px = arguments.integer("image-size", 0, 32, 1024);
  options.photos = photo_options(arguments, true);
  options.device = device_option(arguments);
  options.precision = precision_option(arguments);
  options.cache = cache_options(arguments);
  options.seed = arguments.seed();
  if (options.dataset.labels_csv && options.validation)
    throw UsageError("--labels and --val: expected one of them, got both; a table covers one folder");
  if (options.backbone.empty()) {
    for (const char* name : {"image-size", "device", "precision", "cache", "cache-limit"}) {
      if (arguments.text(name)) throw UsageError(std::string("--") + name + ": expected with --backbone only");
    }
  }
  options.photos.validate();
  return options;
}

Command check_command() {
  return {spec(), [](const Arguments& arguments) { parse_check(arguments); }};
}

}  // namespace pawprint
