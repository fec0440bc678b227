#include <limits>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "finetune",
      "DATA [--backbone FILE] --out DIR [options]",
      "Teaches a pretrained network the classes of a folder of photos; its feature layers stay frozen.",
      {kBackboneOption,
       {"out", "DIR", "where model.pt, metrics.json, validation.csv and report.html go"},
       {"val", "DIR", "photos to validate on, a folder per class as in DATA"},
       {"val-fraction", "F", "share of the photos kept for validation (default: 0.2)"},
       kLabelsOption,
       kLabelsFromNameOption,
       {"exclude", "FILE",
        "do not train on the photos that this list names, made by `pawprint check --fix-list`;\n"
        "the validation photos stay the same"},
       {"group-from-path", "REGEX",
        "photos whose paths have the same text there (in the first parentheses, if any) stay on one\n"
        "side of every split: patients, cameras, places"},
       {"no-groups", "", "split without regard to photos that look alike or were taken within seconds"},
       kLimitOption,
       {"max-unreadable", "F", "refuse to train if more than this share cannot be read (default: 0.05)"},
       kTruncatedOption,
       kMegapixelsOption,
       kMegabytesOption,
       {"image-size", "N", "side of the square the network sees (default: the backbone's own, mostly 224)"},
       {"no-mirror", "", "do not train on the photos' mirror images"},
       {"head", "logistic|mlp", "logistic regression, or a perceptron with one hidden layer (default: logistic)"},
       {"l2", "X", "logistic: weight of |w|^2 / 2 (default: chosen by 5-fold cross-validation)"},
       {"l1", "X", "logistic: weight of |w|, which sets weights to zero (default: 0)"},
       {"hidden", "N", "mlp: hidden units (default: 256)"},
       {"dropout", "P", "mlp: share of hidden units switched off in training (default: 0.5)"},
       {"weight-decay", "X", "mlp: pull of the weights to zero (default: 0.01)"},
       {"epochs", "N", "mlp: passes over the photos, at most (default: 40)"},
       {"class-weights", "none|balanced", "balanced: each class counts the same (default: none)"},
       {"no-refit", "", "keep the head that was validated instead of fitting it again on all photos"},
       kSeedOption,
       kThreadsOption,
       kDeviceOption,
       kPrecisionOption,
       kCacheOption,
       kCacheLimitOption,
       kNoCacheOption},
      "DATA is one of\n"
      "  DATA/CLASS/photos                      a folder per class\n"
      "  DATA/train/CLASS/photos, DATA/val/...  split by you, in any usual spelling (training_set, valid, dev ...);\n"
      "                                         also with names as cat.0.jpg or a table in each; test/ is left alone\n"
      "  DATA/labels.csv, DATA/train.csv        a table of photos in DATA\n"
      "  DATA with --labels or --labels-from-name\n"
      "A line says what was taken for what; docs/data.md has the rules.\n\n"
      "example: pawprint finetune pets --backbone mobilenet_v2.pt --out run\n"};
}

// The options of one kind of head, given with the other, would be silently without effect.
void check_head_flags(const Arguments& arguments, const std::string& kind) {
  const bool mlp = kind == "mlp";
  for (const char* name : {"l2", "l1", "hidden", "dropout", "weight-decay", "epochs"}) {
    const bool of_logistic = name[0] == 'l';
    if (arguments.text(name) && of_logistic == mlp)
      throw UsageError(std::string("--") + name + ": expected with --head " + (of_logistic ? "logistic" : "mlp") +
                       " only, got --head " + kind);
  }
}

HeadOptions head_options(const Arguments& arguments) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  HeadOptions head;
  head.kind = arguments.choice("head", {"logistic", "mlp"});
  check_head_flags(arguments, head.kind);
  head.l2 = arguments.number("l2", head.l2, 0);
  head.l1 = arguments.number("l1", head.l1, 0);
  head.mlp.hidden = arguments.integer("hidden", head.mlp.hidden, 1, kMost);
  head.mlp.dropout = arguments.number("dropout", head.mlp.dropout, 0);
  head.mlp.weight_decay = arguments.number("weight-decay", head.mlp.weight_decay, 0);
  head.mlp.epochs = arguments.integer("epochs", head.mlp.epochs, 1, kMost);
  head.balanced = arguments.choice("class-weights", {"none", "balanced"}) == "balanced";
  head.seed = head.mlp.seed = arguments.seed();
  head.threads = arguments.integer("threads", available_cores(), 1, 1024);
  return head;
}

}  // namespace

FinetuneOptions parse_finetune(const Arguments& arguments) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  FinetuneOptions options;
  options.data = arguments.only_positional("DATA, a folder of photos");
  options.backbone = backbone_option(arguments);
  options.out = arguments.required("out");
  options.dataset = dataset_options(arguments);
  if (const auto folder = arguments.text("val")) options.validation = *folder;
  if (const auto list = arguments.text("exclude")) options.exclude = *list;
  options.groups = !arguments.flag("no-groups");
  options.dataset.group_from_path = arguments.text("group-from-path");
  if (options.dataset.group_from_path && !options.groups)
    throw UsageError("--group-from-path and --no-groups: expected one of them, got both");
  if (options.validation && arguments.text("val-fraction"))
    throw UsageError("--val and --val-fraction: expected one of them, got both");
  options.validation_fraction = arguments.number("val-fraction", options.validation_fraction, 0);
  options.max_unreadable = arguments.number("max-unreadable", options.max_unreadable, 0);
  options.image_size_px = arguments.integer("image-size", 0, 32, 1024);
  options.limit = arguments.integer("limit", 0, 1, kMost);
  options.refit = !arguments.flag("no-refit");
  options.head = head_options(arguments);
  options.photos = photo_options(arguments, !arguments.flag("no-mirror"));
  options.device = device_option(arguments);
  options.precision = precision_option(arguments);
  options.cache = cache_options(arguments);
  options.seed = arguments.seed();
  options.validate();
  return options;
}

Command finetune_command() {
  return {spec(), [](const Arguments& arguments) { parse_finetune(arguments); }};
}

}  // namespace pawprint
