#include <unistd.h>

#include <cstdio>
#include <memory>

#include "app/commands/commands.h"
#include "app/commands/common.h"
#include "app/commands/path_source.h"
#include "app/evaluation/metrics.h"
#include "app/report/row_writer.h"
#include "app/report/sort_into.h"
#include "app/training/predict.h"
#include "models/atomic_file.h"
#include "models/error.h"

namespace pawprint {

namespace {

CommandSpec spec() {
  return {
      "classify",
      "PATH... --model FILE [options]",
      "Says what each photo shows: one row a file, in the order given.",
      {{"model", "FILE", "a model.pt made by `pawprint finetune`"},
       {"format", "csv|jsonl|kaggle|kaggle-redux",
        "csv: path,class,probability,<a column a class>,status (default)\njsonl: the same as JSON, file names kept "
        "exactly\n"
        "kaggle: id,label with 0 or 1 (2014); kaggle-redux: id and the\nprobability of the second class; two classes "
        "only"},
       {"out", "FILE", "write the rows there, whole or not at all (default: stdout)"},
       {"top-k", "K", "the K most probable classes instead of a column for each"},
       {"tta", "", "average each photo with its mirror image: slower, a little better"},
       {"batch", "N", "photos a worker takes at a time (default: 16); changes no result"},
       {"sort-into", "DIR", "copy each photo into a folder named after its class; nothing is moved\nor overwritten"},
       {"link", "", "with --sort-into: symbolic links instead of copies"},
       kTruncatedOption,
       kThreadsOption,
       kDeviceOption},
      "PATH is a file, a folder (walked; what is no photo is passed over) or - for paths on stdin, one a line or\n"
      "separated by NUL. A file that cannot be read gets a row with the reason in `status`.\n"
      "Exit code 3: done, but some files could not be read.\n\n"
      "example: pawprint classify holiday --model run/model.pt --out rows.csv --sort-into sorted\n"};
}

// Rows to stdout or to a file that appears when all are in it.
class RowSink {
 public:
  explicit RowSink(const std::optional<std::string>& path) {
    if (path && *path != "-") file_ = std::make_unique<AtomicFile>(*path);
  }
  void write(const std::string& text) {
    if (file_) {
      file_->write(text);
    } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
      throw Error("stdout: cannot be written");
    }
  }
  void flush() {
    if (!file_ && std::fflush(stdout) != 0) throw Error("stdout: cannot be written");
  }
  void finish() {
    if (file_) file_->commit();
    flush();
  }
  bool on_terminal() const { return !file_ && isatty(STDOUT_FILENO) == 1; }

 private:
  std::unique_ptr<AtomicFile> file_;
};

struct Counts {
  std::vector<int64_t> of_class;
  int64_t rows = 0, unreadable = 0;
};

void print_counts(const Counts& counts, const std::vector<std::string>& names, int64_t ignored) {
  std::string line = std::to_string(counts.rows - counts.unreadable) + " photos classified";
  for (size_t c = 0; c < names.size() && names.size() <= 12; ++c)
    line += (c == 0 ? ": " : ", ") + std::to_string(counts.of_class[c]) + ' ' + names[c];
  if (counts.unreadable > 0) line += "; " + std::to_string(counts.unreadable) + " could not be read (see `status`)";
  if (ignored > 0) line += "; " + std::to_string(ignored) + " other files ignored";
  std::fprintf(stderr, "%s\n", line.c_str());
}

RowStyle row_style(const Arguments& arguments) {
  const std::string format = arguments.choice("format", {"csv", "jsonl", "kaggle", "kaggle-redux"});
  RowStyle style;
  style.format = format == "jsonl"          ? RowFormat::kJsonl
                 : format == "kaggle"       ? RowFormat::kKaggle
                 : format == "kaggle-redux" ? RowFormat::kKaggleRedux
                                            : RowFormat::kCsv;
  style.top_k = arguments.integer("top-k", 0, 1, 100'000);
  return style;
}

int run(const Arguments& arguments) {
  if (arguments.positional().empty()) throw UsageError("expected PATH, a file, a folder or - for stdin, got nothing");
  RowStyle style = row_style(arguments);
  const auto folder = arguments.text("sort-into");
  if (arguments.flag("link") && !folder) throw UsageError("--link: expected with --sort-into only");
  PhotoOptions options = photo_options(arguments, arguments.flag("tta"));
  options.batch = arguments.integer("batch", options.batch, 1, 4096);
  const Classifier classifier =
      Classifier::load(arguments.required("model"), resolve_device(arguments.text("device").value_or("auto")));
  style.class_names = classifier.class_names;
  style.validate();

  RowSink out(arguments.text("out"));
  std::optional<SortInto> sorter;
  if (folder) sorter.emplace(*folder, arguments.flag("link"));
  PathSource source(arguments.positional(), folder.value_or(""));
  const auto progress =
      progress_bar("classify", "photos", arguments.flag("quiet") || out.on_terminal(), throw_if_signalled);
  Counts counts{std::vector<int64_t>(classifier.class_names.size()), 0, 0};
  out.write(header_line(style));
  predict_photos([&] { return source.next(); }, classifier, options,
                 [&](const Row& row) {
                   out.write(row_line(row, style));
                   ++counts.rows;
                   if (row.probabilities.empty()) {
                     ++counts.unreadable;
                   } else {
                     const int64_t best =
                         argmax(row.probabilities.data(), static_cast<int64_t>(row.probabilities.size()));
                     ++counts.of_class[best];
                     if (sorter) sorter->add(row.path, classifier.class_names[best]);
                   }
                   if (counts.rows % kForwardBatch == 0) out.flush();
                   progress(counts.rows, -1);
                 });
  progress(counts.rows, counts.rows);
  out.finish();
  if (!arguments.flag("quiet")) print_counts(counts, classifier.class_names, source.ignored());
  return counts.unreadable == 0 ? kExitOk : kExitSomeUnreadable;
}

}  // namespace

Command classify_command() { return {spec(), run}; }

}  // namespace pawprint
