#include "app/drawing/pets.h"

#include "app/commands/options.h"
#include "app/commands/run.h"

namespace pawprint {

int run_draw(const Arguments& arguments) {
  const DrawOptions options = parse_draw(arguments);
  draw_pets(options.out, options.count, options.seed, progress_bars(arguments)("draw", "pictures"));
  return kExitOk;
}

}  // namespace pawprint
