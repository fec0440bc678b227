#include <limits>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "bench",
      "DATA [--backbone FILE] [options]",
      "Measures how fast this machine takes photos from file to features.",
      {kBackboneOption,
       {"limit", "N", "photos to take, at most, spread evenly over the folder (default: 256)"},
       {"seconds", "S", "how long to measure, about; three rounds at the least (default: 20)"},
       kThreadsOption,
       {"precision", "auto|fp32|bf16", "auto: both, where the processor has both (default: auto)"},
       {"json", "", "print everything as JSON, for scripts"}},
      "DATA is any folder of photos; they are held in memory while decoding is measured. All stages run in turn, in\n"
      "rounds, after one to warm up; a figure is the best of its rounds. The peak is that of multiply-adds between\n"
      "registers, 2 operations each; the forward pass is counted as 2 for each multiply-add of the network.\n\n"
      "example: pawprint bench pets --backbone mobilenet_v2.pt\n"};
}

}  // namespace

BenchOptions parse_bench(const Arguments& arguments) {
  BenchOptions options;
  options.data = arguments.only_positional("DATA, a folder of photos");
  options.backbone = backbone_option(arguments);
  options.limit = arguments.integer("limit", options.limit, 1, std::numeric_limits<int64_t>::max());
  options.seconds = arguments.number("seconds", options.seconds, 0);
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  options.precision = precision_option(arguments);
  return options;
}

Command bench_command() {
  return {spec(), [](const Arguments& arguments) { parse_bench(arguments); }};
}

}  // namespace pawprint
