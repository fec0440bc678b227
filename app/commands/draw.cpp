#include "app/commands/options.h"
#include "app/commands/run.h"
#include "app/drawing/faces.h"
#include "app/drawing/pets.h"

namespace pawprint {

int run_draw(const Arguments& arguments) {
  const DrawOptions options = parse_draw(arguments);
  const auto draw = options.what == "faces" ? draw_faces : draw_pets;
  draw(options.out, options.count, options.seed, progress_bars(arguments)("draw", "pictures"), options.threads);
  return kExitOk;
}

}  // namespace pawprint
