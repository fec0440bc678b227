#include "app/commands/run.h"
#include "app/web/serve_faces.h"

namespace pawprint {

int run_faces_serve(const ServeOptions& options, const Session& session) {
  serve_faces(options, say_address(session), wait_for_the_end);
  return kExitOk;
}

}  // namespace pawprint
