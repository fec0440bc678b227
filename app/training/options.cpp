#include "app/training/options.h"

#include <cstdlib>
#include <regex>

#include "app/base/format.h"
#include "app/base/option_list.h"
#include "app/base/strings.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int64_t kMillion = 1'000'000;

void visit_tta(OptionVisitor& v, bool& mirror) {
  v.row({"tta", "", "average each photo with its mirror image: slower, a little better"}, mirror);
}

void visit_limit(OptionVisitor& v, int64_t& limit) {
  v.row({"limit", "N", "take N photos in all, of each class its share, drawn by the seed"}, limit, {1});
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

}  // namespace

// The XDG base directory specification: a value that is not absolute does not count.
std::filesystem::path default_cache() {
  for (const auto& [variable, below] :
       {std::pair("XDG_CACHE_HOME", "pawprint"), std::pair("HOME", ".cache/pawprint")}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value == '/') return std::filesystem::path(value) / below;
  }
  return {};
}

void visit_backbone(OptionVisitor& v, std::filesystem::path& backbone) {
  v.row({"backbone", "FILE",
         "a network exported by models/export_backbone.py, any TorchScript network, or petite, which "
         "is built in"},
        backbone);
}

void visit_classifier(OptionVisitor& v, std::filesystem::path& model) {
  v.row(required({"model", "FILE", "a model.pt made by `pawprint finetune`, or the folder it is in"}), model);
}

void visit_timeout(OptionVisitor& v, int64_t& timeout_s) {
  v.row({"timeout", "S", "end the run if the network takes longer than S seconds for a batch"}, timeout_s,
        {1, 1'000'000});
}

void NetworkOptions::visit(OptionVisitor& v, const std::string& precision_help) {
  v.row({"device", "", "where the network runs"}, device);
  v.row({"precision", "", precision_help}, precision);
  visit_timeout(v, timeout_s);
}

void visit_validation(OptionVisitor& v, std::optional<std::filesystem::path>& folder) {
  v.row({"val", "DIR", "photos to validate on, a folder per class as in DATA"}, folder);
}

void visit_image_size(OptionVisitor& v, int64_t& image_size_px) {
  v.row({"image-size", "N", "side of the square the network sees", "the backbone's own, mostly 224"}, image_size_px,
        {32, 1024});
}

void PhotoOptions::visit(OptionVisitor& v) {
  PhotoLimits& limits = decode.limits;
  int64_t megapixels = limits.max_pixels / kMillion, megabytes = limits.max_bytes / kMillion;
  v.group("the photos");
  v.row({"accept-truncated", "", "take JPEGs that are cut short or damaged for what is there of them"},
        decode.accept_truncated);
  const std::string unlike = std::to_string(limits.max_whole_pixels / kMillion) + " for kinds that are decoded as a " +
                             "whole: progressive JPEG, interlaced PNG, WebP, GIF";
  if (v.row(
          {"max-megapixels", "N", "read photos of up to N million pixels", std::to_string(megapixels) + "; " + unlike},
          megapixels, {1, 4'000}))
    limits.max_pixels = limits.max_whole_pixels = megapixels * kMillion;
  if (v.row({"max-megabytes", "N", "read files of up to N million bytes"}, megabytes, {1, kMillion}))
    limits.max_bytes = megabytes * kMillion;
  limits.name_options = limits.name_options || v.reads();
  v.group("the machine");
  visit_threads(v, threads);
}

void HeadOptions::visit(OptionVisitor& v) {
  v.group("the head");
  v.row({"head", "", "logistic regression, or a perceptron with one hidden layer"}, kind);
  v.row({"l2", "X", "logistic: weight of |w|^2 / 2", "chosen by 5-fold cross-validation"}, l2, {});
  v.row({"l1", "X", "logistic: weight of |w|, which sets weights to zero"}, l1, {});
  v.row({"hidden", "N", "mlp: hidden units"}, mlp.hidden, {1, 65'536});
  v.row({"dropout", "P", "mlp: share of hidden units switched off in training"}, mlp.dropout, {0, 1, false, true});
  v.row({"weight-decay", "X", "mlp: pull of the weights to zero"}, mlp.weight_decay, {});
  v.row({"epochs", "N", "mlp: passes over the photos, at most"}, mlp.epochs, {1, 10'000});
  v.row({"class-weights", "", "balanced: each class counts the same"}, class_weights);
}

// The options of one kind of head, given with the other, would be silently without effect.
void HeadOptions::validate(const Given& given) const {
  check_ranges(*this);
  const auto only_with = [&](HeadKind its, std::initializer_list<const char*> names) {
    for (const std::string name : names) {
      if (given.contains(name) && kind != its)
        throw UsageError("--" + name + ": expected with --head " + word(its) + " only, got --head " + word(kind));
    }
  };
  only_with(HeadKind::kLogistic, {"l2", "l1"});
  only_with(HeadKind::kMlp, {"hidden", "dropout", "weight-decay", "epochs"});
}

void CacheOptions::visit(OptionVisitor& v) {
  const auto fallback = default_cache();
  auto said = folder == fallback ? std::filesystem::path() : folder;  // a record has no path that nobody typed
  const bool given = v.row(
      {"cache", "DIR", "keep features there for the next run", "$XDG_CACHE_HOME/pawprint or ~/.cache/pawprint"}, said);
  if (given || v.reads()) folder = given ? said : fallback;
  auto megabytes = static_cast<int64_t>(limit_bytes / kMillion);
  if (v.row({"cache-limit", "MB", "of all features kept; the least recently used give way"}, megabytes,
            {1, 1000 * kMillion}))
    limit_bytes = static_cast<uint64_t>(megabytes * kMillion);
  v.row({"no-cache", "", "neither use nor keep features"}, features, false);
}

void CacheOptions::validate(const Given& given) const {
  if (!features && (given.contains("cache") || given.contains("cache-limit")))
    throw UsageError("--no-cache: expected without --cache and --cache-limit, got both");
}

void FinetuneOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  visit_backbone(v, backbone);
  v.row(required({"out", "DIR", "where model.pt, metrics.json, validation.csv and report.html go"}), out);
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
         "do not train on the photos that this list names, made by `pawprint check --fix-list`; the validation photos "
         "stay the same"},
        exclude);
  v.row({"group-from-path", "REGEX",
         "photos whose paths have the same text there (in the first parentheses, if any) stay on one side of every "
         "split: patients, cameras, places"},
        dataset.group_from_path);
  v.row({"no-groups", "", "split without regard to photos that look alike or were taken within seconds"}, groups,
        false);
  visit_limit(v, limit);
  v.row({"max-unreadable", "F", "refuse to train if more than this share cannot be read"}, max_unreadable, {0, 1});
  visit_image_size(v, image_size_px);
  v.row({"no-mirror", "", "do not train on the photos' mirror images"}, photos.mirror, false);
  photos.visit(v);
  network.visit(v, kPrecisionFound);
  cache.visit(v);
  if (!v.reads()) return;
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
}

void EvaluateOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  visit_classifier(v, model);
  v.row({"out", "DIR", "write metrics.json, validation.csv and report.html there"}, out);
  visit_tta(v, photos.mirror);
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

void EvaluateOptions::validate(const Given& given) const { dataset.validate(given); }

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
  v.row({"top-k", "K", "the K most probable classes instead of a column for each"}, top_k, {1, 100'000});
  visit_tta(v, photos.mirror);
  v.row({"abstain", "P",
         "mark as `unsure` what is not sure enough: of the others at least P (0.99, say) are right, with 95 % "
         "confidence over the draw of the validation photos"},
        abstain, kShare);
  v.row({"sets", "P", "a column `set` with the classes that hold the true one with probability P (0.95, say)"}, sets,
        kShare);
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
  const bool kaggle = format == RowFormat::kKaggle || format == RowFormat::kKaggleRedux;
  for (const char* name : {"top-k", "abstain", "sets"}) {
    if (kaggle && given.contains(name))
      throw UsageError(std::string("--") + name + ": expected with csv and jsonl only, got it with a kaggle format");
  }
  if (link && !sort_into) throw UsageError("--link: expected with --sort-into only");
}

void BackboneOptions::visit(OptionVisitor& v) {
  v.operand({"FILE", "FILE, a backbone"}, file);
  v.row({"image-size", "N", "side of the square it is tried with, for a network without backbone.json", "224"},
        image_size_px, {32, 1024});
  visit_timeout(v, timeout_s);
}

}  // namespace pawprint
