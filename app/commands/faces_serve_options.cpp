#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {"faces serve",
          "[--model FILE] [--port N]",
          "Opens a page on this machine on which faces can be changed: sliders, photos, a plane of two attributes.",
          {kFaceModelOption,
           {"port", "N", "where the page is; 0: any port that is free (default: 8080)"}},
          "The page's address is printed; it holds a secret of this run, and nobody else can reach it. Photos dropped\n"
          "on the page stay in memory: nothing is written, nothing is sent elsewhere. Ctrl-C ends the server; that is\n"
          "no failure, so the exit code is 0.\n\n"
          "example: pawprint faces serve\n"};
}

}  // namespace

ServeOptions parse_faces_serve(const Arguments& arguments) {
  if (!arguments.positional().empty())
    throw UsageError("expected options only, got " + in_quotes(arguments.positional().front()));
  ServeOptions options;
  options.model = face_model_option(arguments);
  options.port = arguments.integer("port", options.port, 0, 65'535);
  return options;
}

Command faces_serve_command() {
  return {spec(), [](const Arguments& arguments) { parse_faces_serve(arguments); }};
}

}  // namespace pawprint
