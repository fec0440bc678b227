#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/drawing/pets.h"
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

int run(const Arguments& arguments) {
  const std::string what = arguments.only_positional("`pets`");
  if (what != "pets") throw UsageError("expected `draw pets`, got " + in_quotes(what));
  const std::string out = arguments.required("out");
  const int64_t count = arguments.integer("count", 200, 1, 1'000'000);
  draw_pets(out, count, arguments.seed(), progress_bars(arguments)("draw", "pictures"));
  return kExitOk;
}

}  // namespace

Command draw_command() { return {spec(), run}; }

}  // namespace pawprint
