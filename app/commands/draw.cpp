#include "app/commands/run.h"
#include "app/drawing/faces.h"
#include "app/drawing/pets.h"

namespace pawprint {

int run_draw(const DrawOptions& options, const Session& session) {
  const auto draw = options.what == Drawn::kFaces ? draw_faces : draw_pets;
  draw(options.out, options.count, options.seed, progress_bars(session)("draw", "pictures"), options.threads);
  return kExitOk;
}

}  // namespace pawprint
