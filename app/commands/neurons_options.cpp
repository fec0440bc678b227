#include <limits>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "app/data/comma_list.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "neurons",
      "DATA... [--backbone FILE | --model FILE] --out DIR [options]",
      "Shows what the network's neurons look for, stage by stage: the patches that excite them most.",
      {kBackboneOption,
       {"model", "FILE", "a model.pt made by `pawprint finetune`: shows, too, which channels speak for its classes"},
       {"out", "DIR", "a new or empty folder for index.html, a picture of each stage, and neurons.json"},
       {"stage", "NAME,...", "these stages only, by their names or numbers from 1 (default: all)"},
       {"channels", "N,...", "these channels, from 0 (default: those that stand out most)"},
       {"count", "N", "channels to a stage (default: 12)"},
       {"patches", "N", "patches to a channel, 1 to 25 (default: 9)"},
       {"limit", "N", "N photos in all, drawn by the seed"},
       kSeedOption,
       kTruncatedOption,
       kMegapixelsOption,
       kMegabytesOption,
       kThreadsOption,
       kDeviceOption,
       {"precision", "auto|fp32|bf16",
        "auto: a model's own, and for a backbone bf16 where the processor has it (default: auto)"}},
      "DATA are photos and folders of photos, with or without folders for classes. `pawprint backbone FILE` names the\n"
      "stages. Exit code 3: done, but some files could not be read.\n\n"
      "example: pawprint neurons pets --backbone mobilenet_v2.pt --out neurons\n"};
}

std::vector<int64_t> channel_list(const std::string& text) {
  std::vector<int64_t> channels;
  for (const auto& number : split_at_commas(text)) {
    if (number.empty() || number.size() > 9 || number.find_first_not_of("0123456789") != std::string::npos)
      throw UsageError("--channels: expected whole numbers from 0 with commas between them, got " + in_quotes(text));
    channels.push_back(std::stoll(number));
  }
  return channels;
}

}  // namespace

NeuronOptions parse_neurons(const Arguments& arguments) {
  NeuronOptions options;
  options.paths.assign(arguments.positional().begin(), arguments.positional().end());
  if (options.paths.empty()) throw UsageError("expected photos or folders of photos, got nothing");
  options.model = arguments.text("model").value_or("");
  if (!options.model.empty() && arguments.text("backbone"))
    throw UsageError("--backbone and --model: expected one of them, got both");
  if (options.model.empty()) options.backbone = backbone_option(arguments);
  options.out = arguments.required("out");
  options.stages = arguments.text("stage").value_or("");
  if (const auto text = arguments.text("channels")) options.channels = channel_list(*text);
  if (!options.channels.empty() && arguments.text("count"))
    throw UsageError("--channels and --count: expected one of them, got both");
  options.neurons = arguments.integer("count", options.neurons, 1, 1000);
  options.patches = arguments.integer("patches", options.patches, 1, 25);
  options.limit = arguments.integer("limit", 0, 1, std::numeric_limits<int64_t>::max());
  options.seed = arguments.seed();
  options.photos = photo_options(arguments, false);
  options.device = device_option(arguments);
  options.precision = precision_option(arguments);
  return options;
}

Command neurons_command() {
  return {spec(), [](const Arguments& arguments) { parse_neurons(arguments); }};
}

}  // namespace pawprint
