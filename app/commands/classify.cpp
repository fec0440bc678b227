#include <unistd.h>

#include <cstdio>
#include <memory>

#include "app/base/format.h"
#include "app/commands/path_source.h"
#include "app/commands/run.h"
#include "app/commands/signals.h"
#include "app/data/photo_list.h"
#include "app/evaluation/metrics.h"
#include "app/report/classify_report.h"
#include "app/report/prediction_format.h"
#include "app/report/progress_bar.h"
#include "app/report/sort_into.h"
#include "app/training/predict.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

// Predictions to stdout or to a file that appears when all are in it.
class PredictionOutput {
 public:
  explicit PredictionOutput(const std::optional<std::string>& path) {
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
  int64_t rows = 0, unreadable = 0, noted = 0, corrected = 0, left_out = 0, not_sorted = 0;
};

void print_counts(const Counts& counts, const std::vector<std::string>& names, int64_t ignored) {
  std::string line = std::to_string(counts.rows - counts.unreadable) + " photos classified";
  for (size_t c = 0; c < names.size() && names.size() <= 12; ++c)
    line += (c == 0 ? ": " : ", ") + std::to_string(counts.of_class[c]) + ' ' + names[c];
  if (counts.unreadable > 0) line += "; " + std::to_string(counts.unreadable) + " could not be read (see `status`)";
  if (counts.corrected > 0) line += "; " + std::to_string(counts.corrected) + " as a person corrected them";
  if (counts.left_out > 0) line += "; " + std::to_string(counts.left_out) + " left out";
  if (counts.noted > 0) line += "; " + std::to_string(counts.noted) + " marked (see `note`)";
  if (counts.not_sorted > 0) line += "; " + std::to_string(counts.not_sorted) + " could not be copied (see `status`)";
  if (ignored > 0) line += "; " + std::to_string(ignored) + " other files ignored";
  std::fprintf(messages(), "%s\n", line.c_str());
}

// Where everything went.
void print_folders(const SortInto& sorter, const std::string& folder, bool link) {
  std::string line;
  for (const auto& [name, count] : sorter.counts()) {
    if (sorter.counts().size() <= 14) line += (line.empty() ? ": " : ", ") + std::to_string(count) + " in " + name;
  }
  line = (link ? "linked into " : "copied into ") + in_quotes(folder) + line;
  if (sorter.moved() > 0) line += "; " + std::to_string(sorter.moved()) + " moved from where an earlier run put them";
  std::fprintf(messages(), "%s\n", line.c_str());
}

void print_files(const ClassifyOptions& options) {
  if (options.out && *options.out != "-") std::fprintf(messages(), "wrote %s\n", options.out->c_str());
  if (options.report) std::fprintf(messages(), "to look at: %s\n", options.report->c_str());
}

// What a person said of photos, and which of them were there.
class CorrectionList {
 public:
  CorrectionList(const ClassifyOptions& options, const std::vector<std::string>& names) {
    if (!options.corrections) return;
    file_ = in_quotes(options.corrections->native());
    corrections_ = missing_ = read_corrections(*options.corrections, "", names);
  }
  void correct(Prediction& prediction) {
    if (correct_prediction(prediction, corrections_)) missing_.erase(in_data(prediction.path, ""));
  }
  void warn() const {
    if (!missing_.empty())
      std::fprintf(messages(), "warning: %s: %zu of its photos were not classified, the first %s\n", file_.c_str(),
                   missing_.size(), in_quotes(missing_.begin()->first).c_str());
  }

 private:
  std::string file_;
  Corrections corrections_, missing_;
};

// Counts a prediction, and puts its photo where it belongs; what keeps it from there becomes its error.
void take(Prediction& prediction, const std::vector<std::string>& names, SortInto* sorter, Counts& counts) {
  ++counts.rows;
  if (prediction.probabilities.empty()) {
    ++counts.unreadable;
    return;
  }
  const bool left_out = prediction.note == kLeftOut, corrected = prediction.note == kCorrected;
  counts.left_out += left_out;
  counts.corrected += corrected;
  counts.noted += !prediction.note.empty() && !left_out && !corrected;
  const int64_t best = argmax(prediction.probabilities.data(), static_cast<int64_t>(prediction.probabilities.size()));
  ++counts.of_class[best];
  if (sorter == nullptr || left_out) return;
  try {
    sorter->add(prediction.path, sort_folder(prediction, names, names[best]));
  } catch (const NotSorted& reason) {
    prediction.error = reason.what();
    ++counts.not_sorted;
  }
}

void write_report(const ClassifyReport& report, const ClassifyOptions& options, const Session& session) {
  write_file(*options.report, report.page(options.photos.decode, options.photos.threads,
                                          progress_bar("pictures", "photos", session.quiet, throw_if_signalled)));
}

}  // namespace

int run_classify(const ClassifyOptions& options, const Session& session) {
  const Classifier classifier =
      Classifier::load(options.model, resolve_device(options.network.device), options.network.precision);
  const PredictionFormat format{options.format, classifier.class_names, options.top_k, true, options.sets.has_value()};
  format.validate();
  const Abstention abstention(classifier, options.abstain, options.sets);
  PredictionOutput out(options.out);
  std::optional<SortInto> sorter;
  if (options.report) AtomicFile nothing_yet(*options.report);  // it may turn out not to be writable
  if (options.sort_into) sorter.emplace(*options.sort_into, options.link);
  PathSource source(options.paths, {options.sort_into.value_or(""), options.film_every_ms});
  const auto progress = progress_bar("classify", "photos", session.quiet || out.on_terminal(), throw_if_signalled);
  CorrectionList corrections(options, classifier.class_names);
  ClassifyReport report(classifier.class_names);
  Counts counts{std::vector<int64_t>(classifier.class_names.size())};
  out.write(header_line(format));
  predict_photos([&] { return source.next(); }, classifier, options.photos, &abstention,
                 [&](Prediction prediction) {
                   corrections.correct(prediction);
                   take(prediction, classifier.class_names, sorter ? &*sorter : nullptr, counts);
                   if (options.report) report.add(prediction);
                   out.write(prediction_line(prediction, format));
                   if (counts.rows % kForwardBatch == 0) out.flush();
                   progress(counts.rows, -1);
                 });
  if (sorter) {
    for (const auto& problem : sorter->finish()) {
      std::fprintf(messages(), "warning: %s\n", problem.c_str());
      ++counts.not_sorted;
    }
  }
  progress(counts.rows, counts.rows);
  out.finish();
  if (options.report) write_report(report, options, session);
  corrections.warn();
  if (!session.quiet) {
    print_counts(counts, classifier.class_names, source.ignored());
    if (source.system_folders() > 0)
      std::fprintf(messages(), "%s skipped\n", counted(source.system_folders(), "system folder").c_str());
    if (source.films() > 0)
      std::fprintf(messages(), "%s passed over; --every 1s looks into films\n",
                   counted(source.films(), "film").c_str());
    if (sorter) print_folders(*sorter, *options.sort_into, options.link);
    print_files(options);
    if (!abstention.detects_ood())
      std::fprintf(messages(), "this model cannot tell unfamiliar photos: its backbone knows no other classes\n");
  }
  return counts.unreadable + counts.not_sorted == 0 ? kExitOk : kExitSomeUnreadable;
}

}  // namespace pawprint
