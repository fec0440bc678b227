#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/options.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "classify",
      "PATH... --model FILE [options]",
      "Says what each photo shows: one row a file, in the order given.",
      {{"model", "FILE", "a model.pt made by `pawprint finetune`, or the folder it is in"},
       {"format", "csv|jsonl|kaggle|kaggle-redux",
        "csv: path,class,probability,<a column a class>,[set,]note,status (default)\njsonl: the same as JSON, file "
        "names "
        "kept "
        "exactly\n"
        "kaggle: id,label with 0 or 1 (2014); kaggle-redux: id and the\nprobability of the second class; two classes "
        "only"},
       {"out", "FILE", "write the rows there, whole or not at all (default: stdout)"},
       {"top-k", "K", "the K most probable classes instead of a column for each"},
       {"tta", "", "average each photo with its mirror image: slower, a little better"},
       {"abstain", "P",
        "mark as `unsure` what is not sure enough: of the others at least P (0.99, say) are right, with 95 %\n"
        "confidence over the draw of the validation photos"},
       {"sets", "P", "a column `set` with the classes that hold the true one with probability P (0.95, say)"},
       {"batch", "N", "photos a worker takes at a time (default: 16); changes no result"},
       {"sort-into", "DIR",
        "copy each photo into a folder named after its class, or `unfamiliar` or `unsure` as its\nnote says; of your "
        "own "
        "files nothing is moved or overwritten; sorting again moves what\nan earlier run put there"},
       {"link", "", "with --sort-into: symbolic links instead of copies"},
       kTruncatedOption,
       kMegapixelsOption,
       kMegabytesOption,
       kThreadsOption,
       kDeviceOption,
       kModelPrecisionOption},
      "PATH is a file, a folder (walked; what is no photo is passed over) or - for paths on stdin, one a line or\n"
      "separated by NUL. A file that cannot be read gets a row with the reason in `status`. A photo unlike those the\n"
      "model was trained on has the note `unfamiliar`, where the model's backbone knows other classes (JSON lines say\n"
      "in `looks_like` what it looks like instead); class and probability stand there all the same.\n"
      "Exit code 3: done, but some files could not be read, or not be copied.\n\n"
      "example: pawprint classify holiday --model run/model.pt --out rows.csv --sort-into sorted\n"};
}

RowFormat row_format(const Arguments& arguments) {
  const std::string format = arguments.choice("format", {"csv", "jsonl", "kaggle", "kaggle-redux"});
  return format == "jsonl"          ? RowFormat::kJsonl
         : format == "kaggle"       ? RowFormat::kKaggle
         : format == "kaggle-redux" ? RowFormat::kKaggleRedux
                                    : RowFormat::kCsv;
}

// A share that photos can prove: above 0 and below 1.
std::optional<double> promise(const Arguments& arguments, const std::string& name, RowFormat format) {
  if (!arguments.text(name)) return std::nullopt;
  const double share = arguments.number(name, 0, 0);
  if (!(share > 0 && share < 1))
    throw UsageError("--" + name + ": expected more than 0 and less than 1, got " + in_quotes(*arguments.text(name)));
  if (format != RowFormat::kCsv && format != RowFormat::kJsonl)
    throw UsageError("--" + name + ": expected with csv and jsonl only, got it with a kaggle format");
  return share;
}

}  // namespace

ClassifyOptions parse_classify(const Arguments& arguments) {
  if (arguments.positional().empty()) throw UsageError("expected PATH, a file, a folder or - for stdin, got nothing");
  ClassifyOptions options;
  options.paths = arguments.positional();
  options.format = row_format(arguments);
  options.top_k = arguments.integer("top-k", 0, 1, 100'000);
  if (options.top_k > 0 && options.format != RowFormat::kCsv && options.format != RowFormat::kJsonl)
    throw UsageError("--top-k: expected with csv and jsonl only, got it with a kaggle format");
  options.abstain = promise(arguments, "abstain", options.format);
  options.sets = promise(arguments, "sets", options.format);
  options.sort_into = arguments.text("sort-into");
  options.link = arguments.flag("link");
  if (options.link && !options.sort_into) throw UsageError("--link: expected with --sort-into only");
  options.photos = photo_options(arguments, arguments.flag("tta"));
  options.photos.batch = arguments.integer("batch", options.photos.batch, 1, 4096);
  options.model = arguments.required("model");
  options.device = device_option(arguments);
  options.precision = precision_option(arguments);
  options.out = arguments.text("out");
  return options;
}

Command classify_command() {
  return {spec(), [](const Arguments& arguments) { parse_classify(arguments); }};
}

}  // namespace pawprint
