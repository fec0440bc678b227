#include <chrono>
#include <cstdio>
#include <thread>

#include "app/commands/run.h"
#include "app/commands/signals.h"
#include "app/web/serve_faces.h"

namespace pawprint {

int run_faces_serve(const ServeOptions& options, const Session& session) {
  const bool quiet = session.quiet;
  const auto say_address = [quiet](const std::string& address) {
    std::printf("%s\n", address.c_str());
    std::fflush(stdout);
    if (!quiet) std::fputs("open this address in a browser; Ctrl-C ends the server\n", stderr);
  };
  serve_faces(options, say_address, [] {
    while (!signalled()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  });
  return kExitOk;
}

}  // namespace pawprint
