#include "app/training/options.h"

#include <regex>

#include "app/base/backbone_names.h"
#include "app/base/format.h"
#include "app/base/option_list.h"
#include "app/base/strings.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

void visit_views(OptionVisitor& v, PhotoOptions& photos) {
  v.row({"tta", "", "average each photo with its mirror image: slower, a little better"}, photos.mirror);
  int64_t views = photos.two_sizes ? 4 : photos.views();
  if (v.row(
          {"views", "N",
           "average N views of each photo: 1, the photo; 2, also its mirror image, as --tta; 4, both also in a larger "
           "size"},
          views, {1, 4, 1, {1, 2, 4}})) {
    photos.mirror = views > 1;
    photos.two_sizes = views > 2;
  }
}

void check_views(const PhotoOptions& photos, const Given& given) {
  if (given.contains("tta") && !photos.mirror) throw UsageError("--tta and --views 1: expected one of them, got both");
}

void visit_limit(OptionVisitor& v, int64_t& limit) {
  v.row({"limit", "N", "take N photos in all, of each class its share, drawn by the seed"}, limit, {1});
}

void visit_max_unreadable(OptionVisitor& v, double& share) {
  v.row({"max-unreadable", "F", "refuse the photos if more than this share cannot be read"}, share, {0, 1});
}

// cat=cats,dog=dogs
std::vector<std::pair<std::string, std::string>> parse_renames(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& part : split_at_commas(text)) {
    const size_t equals = part.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == part.size())
      throw UsageError("--rename: expected FROM=TO,FROM=TO, got " + in_quotes(text));
    pairs.emplace_back(part.substr(0, equals), part.substr(equals + 1));
  }
  return pairs;
}

void check_regex(const std::string& pattern) {
  try {
    const std::regex regex(pattern);
  } catch (const std::regex_error& error) {
    throw UsageError("--group-from-path: expected a regular expression (ECMAScript), got " + in_quotes(pattern) + ": " +
                     error.what());
  }
}

void visit_backbones(OptionVisitor& v, std::vector<std::filesystem::path>& backbones) {
  backbones_row(v,
                {"backbone", "FILE|NAME,...",
                 "petite, which is built in, a network that `pawprint backbone get` keeps, any TorchScript network, or "
                 "a model.pt: its networks; of "
                 "several the features lie side by side"},
                backbones);
}

void visit_budget(OptionVisitor& v, std::optional<double>& budget_s, const std::string& zero) {
  v.row({"budget", "S", "seconds, about, that a network computes for trying what it sees best" + zero,
         "what the features of all photos take, at least 15"},
        budget_s, {});
}

}  // namespace

void TuneOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  visit_backbones(v, backbones);
  v.row({"out", "DIR", "write tune.json and report.html there"}, out);
  visit_budget(v, budget_s, "");
  visit_seed(v, seed);
  v.group("the photos");
  dataset.visit(v);
  visit_limit(v, limit);
  visit_max_unreadable(v, max_unreadable);
  photos.visit(v);
  network.visit(v, kPrecisionFound);
  cache.visit(v);
}

void TuneOptions::validate(const Given& given) const {
  check_ranges(*this);
  if (budget_s == 0) throw UsageError("--budget: expected more than 0 seconds, got 0; there is nothing else to do");
  dataset.validate(given);
  cache.validate(given);
}

void FinetuneOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  visit_backbones(v, backbones);
  v.row(required({"out", "DIR", "where model.pt, metrics.json, validation.csv and report.html go"}), out);
  v.row({"force", "", "replace the run that is there"}, force);
  visit_seed(v, seed);
  v.row({"no-refit", "", "keep the head that was validated instead of fitting it again on all photos"}, refit, false);
  head.visit(v);
  v.group("the photos");
  visit_validation(v, validation);
  v.row({"val-fraction", "F", "share of the photos kept for validation"}, validation_fraction, kShare);
  v.row({"test-fraction", "F",
         "hold out that share of the photos from all of the training and measure the finished model on it; "
         "test_photos.csv names them, for `pawprint evaluate --labels`",
         "none"},
        test_fraction, kShare);
  dataset.visit(v);
  v.row({"exclude", "FILE",
         "do not train on the photos that this list names, made by `pawprint check --fix-list`, or that a "
         "corrections.csv leaves out; the validation photos stay the same"},
        exclude);
  v.row({"relabel", "FILE",
         "a corrections.csv that a page of `check` or `finetune` saved: photos get the classes that a person gave "
         "them, and what was left out is not trained on; the validation photos stay the same"},
        relabel);
  v.row({"group-from-path", "REGEX",
         "photos whose paths have the same text there (in the first parentheses, if any) stay on one side of every "
         "split: patients, cameras, places"},
        dataset.group_from_path);
  v.row({"no-groups", "", "split without regard to photos that look alike or were taken within seconds"}, groups,
        false);
  visit_limit(v, limit);
  visit_max_unreadable(v, max_unreadable);
  visit_preprocess(v, fit, image_size_px, "chosen by cross-validation");
  visit_budget(v, budget_s, "; 0: all given ones are taken as they were trained");
  v.row({"colour", "",
         "stored: color profiles are ignored, as torchvision does\nmanaged: colors are converted from the photo's "
         "profile "
         "to sRGB; the model does the same ever after"},
        colour);
  v.row({"no-mirror", "", "do not train on the photos' mirror images"}, photos.mirror, false);
  photos.visit(v);
  network.visit(v, kPrecisionFound);
  cache.visit(v);
  if (v.reads()) share();
}

void FinetuneOptions::share() {
  head.seed = head.mlp.seed = seed;
  head.threads = photos.threads;
}

void FinetuneOptions::validate(const Given& given) const {
  check_ranges(*this);
  dataset.validate(given);
  head.validate(given);
  cache.validate(given);
  if (dataset.group_from_path) check_regex(*dataset.group_from_path);
  if (dataset.group_from_path && !groups)
    throw UsageError("--group-from-path and --no-groups: expected one of them, got both");
  if (validation && given.contains("val-fraction"))
    throw UsageError("--val and --val-fraction: expected one of them, got both");
  if (test_fraction > 0 && !validation && test_fraction + validation_fraction >= 1)
    throw UsageError("--test-fraction and --val-fraction: expected less than 1 together, got " +
                     short_number(test_fraction) + " and " + short_number(validation_fraction));
  if (dataset.labels_csv && validation)
    throw UsageError("--labels and --val: expected one of them, got both; a table covers one folder");
  if (given.contains("budget") && (fit || image_size_px != 0))
    throw UsageError("--budget: expected without --fit and --image-size, got both; there is nothing left to choose");
}

void EvaluateOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  visit_classifier(v, model);
  v.row({"out", "DIR", "write metrics.json, validation.csv and report.html there"}, out);
  visit_views(v, photos);
  std::string pairs;
  for (const auto& [from, to] : renames) pairs.append(pairs.empty() ? "" : ",").append(from).append("=").append(to);
  if (v.row({"rename", "FROM=TO,...", "classes of DATA that have another name in the model: cat=cats,dog=dogs"}, pairs))
    renames = parse_renames(pairs);
  visit_seed(v, seed);
  v.group("the photos");
  dataset.visit(v);
  visit_limit(v, limit);
  photos.visit(v);
  network.visit(v, kPrecisionOfModel);
}

void EvaluateOptions::validate(const Given& given) const {
  check_views(photos, given);
  dataset.validate(given);
}

void ClassifyOptions::visit(OptionVisitor& v) {
  v.operands({"PATH...", "PATH, a file, a folder or - for stdin", 1, kAnyNumber}, paths);
  visit_classifier(v, model);
  v.row({"format", "",
         "csv: path,class,probability,<a column a class>,[set,]note,status\n"
         "jsonl: the same as JSON, file names kept exactly\n"
         "kaggle: id,label with 0 or 1 (2014)\n"
         "kaggle-redux: id and the probability of the second class; two classes only"},
        format);
  v.row({"out", "FILE", "write the rows there, whole or not at all", "stdout"}, out);
  visit_every(v, film_every_ms);
  v.row({"top-k", "K", "the K most probable classes instead of a column for each"}, top_k, {1, 100'000});
  visit_views(v, photos);
  v.row({"abstain", "P",
         "mark as `unsure` what is not sure enough: of the others at least P (0.99, say) are right, with 95 % "
         "confidence over the draw of the validation photos"},
        abstain, kShare);
  v.row({"sets", "P", "a column `set` with the classes that hold the true one with probability P (0.95, say)"}, sets,
        kShare);
  v.row({"corrections", "FILE",
         "corrections.csv, saved on the page of --report: what a person said wins, with the note `corrected`; what was "
         "left out is sorted nowhere"},
        corrections);
  v.row({"report", "FILE.html", "a page to look at, the least certain photos first, where they can be corrected"},
        report);
  v.row({"sort-into", "DIR",
         "copy each photo into a folder named after its class, or `unfamiliar` or `unsure` as its note says; of your "
         "own files nothing is moved or overwritten; sorting again moves what an earlier run put there"},
        sort_into);
  v.row({"link", "", "with --sort-into: symbolic links instead of copies"}, link);
  photos.visit(v);
  v.row({"batch", "N", "photos a worker takes at a time; changes no result"}, photos.batch, {1, 4096});
  network.visit(v, kPrecisionOfModel);
}

void ClassifyOptions::validate(const Given& given) const {
  check_views(photos, given);
  const bool kaggle = format == RowFormat::kKaggle || format == RowFormat::kKaggleRedux;
  for (const char* name : {"top-k", "abstain", "sets"}) {
    if (kaggle && given.contains(name))
      throw UsageError(std::string("--") + name + ": expected with csv and jsonl only, got it with a kaggle format");
  }
  if (link && !sort_into) throw UsageError("--link: expected with --sort-into only");
}

void BackboneOptions::visit(OptionVisitor& v) {
  backbone_operand(v, {"FILE|NAME", "FILE or NAME, a backbone"}, file);
  v.row({"image-size", "N", "side of the square it is tried with, for a network without backbone.json", "224"},
        image_size_px, {32, 1024});
  visit_timeout(v, timeout_s);
}

void BackboneGetOptions::visit(OptionVisitor& v) {
  network = v.operand(exporter_names(), network, "NAME");
  v.row({"weights", "FILE", "torchvision's file of weights (.pth), already downloaded"}, weights);
}

std::string BackboneGetOptions::name() const { return std::string(exporter_names()[network]); }

}  // namespace pawprint
