#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "draw",
      "pets|faces --count N --seed N --out DIR",
      "Draws a dataset for trying things out where no photos are at hand: cats and dogs, or human faces.",
      {{"count", "N", "pictures in all; of pets, cats and dogs in turn (default: 200)"},
       kSeedOption,
       {"out", "DIR", "an empty or new folder; gets cats/ and dogs/, or images/ and attributes.csv"},
       kThreadsOption},
      "The same seed draws the same pictures. Faces are aligned, 128 pixels a side; attributes.csv says who smiles,\n"
      "wears glasses and so on, in the form of CelebA's.\n\n"
      "examples:\n"
      "  pawprint draw pets --count 400 --seed 7 --out drawn\n"
      "  pawprint draw faces --count 1500 --seed 7 --out faces\n"};
}

}  // namespace

DrawOptions parse_draw(const Arguments& arguments) {
  const std::string what = arguments.only_positional("`pets` or `faces`");
  if (what != "pets" && what != "faces")
    throw UsageError("expected `draw pets` or `draw faces`, got " + in_quotes(what));
  DrawOptions options;
  options.what = what;
  options.out = arguments.required("out");
  options.count = arguments.integer("count", options.count, 1, 1'000'000);
  options.seed = arguments.seed();
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  return options;
}

Command draw_command() {
  return {spec(), [](const Arguments& arguments) { parse_draw(arguments); }};
}

}  // namespace pawprint
