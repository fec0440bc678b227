#include "app/commands/commands.h"
#include "app/commands/options.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "backbone",
      "FILE",
      "Says what a backbone is and whether it computes what its exporter computed.",
      {{"image-size", "N", "side of the square it is tried with, for a network without backbone.json (default: 224)"}},
      "Checks the file's seal and its golden features, counts parameters and multiply-adds, and times one image.\n\n"
      "example: pawprint backbone mobilenet_v2.pt\n"};
}

}  // namespace

BackboneOptions parse_backbone(const Arguments& arguments) {
  return {arguments.only_positional("FILE, a backbone"), arguments.integer("image-size", 0, 32, 1024)};
}

Command backbone_command() {
  return {spec(), [](const Arguments& arguments) { parse_backbone(arguments); }};
}

}  // namespace pawprint
