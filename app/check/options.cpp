#include "app/check/options.h"

#include "app/base/backbone_names.h"
#include "app/base/option_list.h"
#include "app/base/strings.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

void visit_paths(OptionVisitor& v, const std::string& value, std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> words(paths.begin(), paths.end());
  v.operands({value, "photos or folders of photos", 1, kAnyNumber}, words);
  paths.assign(words.begin(), words.end());
}

void visit_photo_limit(OptionVisitor& v, int64_t& limit) {
  v.row({"limit", "N", "N photos in all, drawn by the seed"}, limit, {1});
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

void CheckOptions::visit(OptionVisitor& v) {
  v.operand({"DATA", "DATA, a folder of photos"}, data);
  backbone_row(v,
               {"backbone", "FILE|NAME", "look for wrong labels too, with this network's features; petite is built in"},
               backbone);
  v.row({"json", "", "all that was found, as JSON on stdout, instead of the table"}, json);
  v.row({"out", "DIR", "write check.html there, a page with the pictures"}, out);
  v.row({"fix-list", "FILE", "write there which photos to leave out, for `pawprint finetune --exclude`"}, fix_list);
  visit_seed(v, seed);
  v.group("the photos");
  visit_validation(v, validation);
  dataset.visit(v);
  visit_preprocess(v, fit, image_size_px);
  photos.visit(v);
  network.visit(v, kPrecisionFound);
  cache.visit(v);
}

void CheckOptions::validate(const Given& given) const {
  check_ranges(*this);
  dataset.validate(given);
  cache.validate(given);
  if (dataset.labels_csv && validation)
    throw UsageError("--labels and --val: expected one of them, got both; a table covers one folder");
  for (const char* name : {"fit", "image-size", "device", "precision", "timeout", "cache", "cache-limit"}) {
    if (backbone.empty() && given.contains(name))
      throw UsageError(std::string("--") + name + ": expected with --backbone only");
  }
}

void ExplainOptions::visit(OptionVisitor& v) {
  visit_paths(v, "PHOTO|DIR...", paths);
  visit_classifier(v, model);
  v.row(required({"out", "DIR", "a new or empty folder for index.html, explain.json and a picture of each photo"}),
        out);
  v.row({"class", "NAME,...", "maps of these classes, side by side", "the class it is said to be"}, classes);
  visit_photo_limit(v, limit);
  v.row({"check", "N", "photos to check the maps on, drawn by the seed, which takes most of the time; 0: none"}, check,
        {0});
  visit_seed(v, seed);
  photos.visit(v);
  network.visit(v, kPrecisionOfModel);
}

void NeuronOptions::visit(OptionVisitor& v) {
  visit_paths(v, "DATA...", paths);
  visit_backbone(v, backbone);
  v.row({"model", "FILE", "a model.pt made by `pawprint finetune`: shows, too, which channels speak for its classes"},
        model);
  v.row(required({"out", "DIR", "a new or empty folder for index.html, a picture of each stage, and neurons.json"}),
        out);
  v.row({"stage", "NAME,...", "these stages only, by their names or numbers from 1", "all"}, stages);
  std::string numbers;
  for (const int64_t channel : channels) numbers += (numbers.empty() ? "" : ",") + std::to_string(channel);
  if (v.row({"channels", "N,...", "these channels, from 0", "those that stand out most"}, numbers))
    channels = channel_list(numbers);
  v.row({"count", "N", "channels to a stage"}, neurons, {1, 1000});
  v.row({"patches", "N", "patches to a channel, 1 to 25"}, patches, {1, 25});
  visit_photo_limit(v, limit);
  visit_seed(v, seed);
  photos.visit(v);
  network.visit(v, "auto: a model's own, and for a backbone bf16 where the processor has it");
}

void NeuronOptions::validate(const Given& given) const {
  if (given.contains("backbone") && given.contains("model"))
    throw UsageError("--backbone and --model: expected one of them, got both");
  if (given.contains("channels") && given.contains("count"))
    throw UsageError("--channels and --count: expected one of them, got both");
}

}  // namespace pawprint
