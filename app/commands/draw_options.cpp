#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {"draw",
          "pets --count N --seed N --out DIR",
          "Draws cats and dogs: a dataset for trying things out where no photos are at hand.",
          {{"count", "N", "pictures in all, cats and dogs in turn (default: 200)"},
           kSeedOption,
           {"out", "DIR", "an empty or new folder; gets cats/ and dogs/"}},
          "The same seed draws the same pictures.\n\n"
          "example: pawprint draw pets --count 400 --seed 7 --out drawn\n"};
}

}  // namespace

DrawOptions parse_draw(const Arguments& arguments) {
  const std::string what = arguments.only_positional("`pets`");
  if (what != "pets") throw UsageError("expected `draw pets`, got " + in_quotes(what));
  DrawOptions options;
  options.out = arguments.required("out");
  options.count = arguments.integer("count", options.count, 1, 1'000'000);
  options.seed = arguments.seed();
  return options;
}

Command draw_command() {
  return {spec(), [](const Arguments& arguments) { parse_draw(arguments); }};
}

}  // namespace pawprint
