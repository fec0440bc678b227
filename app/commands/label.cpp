#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "app/base/format.h"
#include "app/commands/report_file.h"
#include "app/commands/run.h"
#include "app/commands/signals.h"
#include "app/data/class_names.h"
#include "app/data/input_photos.h"
#include "app/data/photo_list.h"
#include "app/web/serve_label.h"
#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace fs = std::filesystem;

namespace {

constexpr char kJournal[] = "labels.jsonl", kTable[] = "labels.csv";

std::optional<LabeledImages> find_dataset(const LabelOptions& options, const DatasetOptions& form) {
  try {
    return load_training(options.data, form, {});
  } catch (const Error& error) {
    if (options.model) return std::nullopt;
    throw Error(std::string(error.what()) + "; for photos without labels say with --classes what they show");
  }
}

// All photos, with the labels that are known of them.
LabeledImages find_photos(const LabelOptions& options, const Say& say) {
  DatasetOptions form;
  form.walk.leave_out = options.out;
  form.labels_csv = options.labels;
  if (options.classes.empty()) {
    if (auto images = find_dataset(options, form)) {
      say("data: " + images->layout);
      return *images;
    }
  }
  LabeledImages images{input_photos({options.data}, 0, options.seed, say), {}};
  for (auto& photo : images.photos) photo.label = -1;
  if (!options.labels) return images;
  const LabeledImages known = load_training(options.data, form, {});
  std::map<std::string, int64_t> labels;
  for (const auto& photo : known.photos) labels[in_data(photo.path, options.data)] = photo.label;
  for (auto& photo : images.photos) {
    const auto found = labels.find(in_data(photo.path, options.data));
    if (found != labels.end()) photo.label = found->second;
  }
  images.class_names = known.class_names;
  return images;
}

FeatureOptions feature_options(const LabelOptions& options) {
  return {.backbone = options.model.value_or(options.backbone),
          .fit = options.fit,
          .image_size_px = options.image_size_px,
          .network = options.network,
          .photos = options.photos,
          .cache = options.cache};
}

// The network, with what it is shown: as the options or the model say, else what suits teaching.
PreparedNetwork prepare(const LabelOptions& options, const std::vector<Photo>& photos) {
  PreparedNetwork network = prepare_network(feature_options(options), photos);
  if (!options.model && !options.fit && options.image_size_px == 0)
    network.backbone = network.backbone.with_preprocess(view_for_teaching(network.backbone));
  return network;
}

// What makes the same model of the table.
FinetuneOptions finetune_options(const LabelOptions& options, const PreprocessSpec& shown) {
  FinetuneOptions out;
  out.data = options.data;
  out.dataset.labels_csv = options.out / kTable;
  out.backbones = {options.model.value_or(options.backbone)};
  out.fit = shown.fit;
  out.image_size_px = shown.crop_px;
  out.max_unreadable = options.max_unreadable;
  out.photos = options.photos;
  out.network = options.network;
  out.cache = options.cache;
  out.seed = options.seed;
  out.out = options.out;
  out.share();
  return out;
}

// Until all photos are looked at: a part of the labels would make another model.
void wait_for_all(Teaching& teaching, const Progress& progress) {
  for (auto now = teaching.progress(); !now.complete; now = teaching.progress()) {
    if (const auto problem = teaching.problem(); !problem.empty()) throw Error(problem);
    progress(now.seen, now.total);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

nlohmann::json finish(const LabelOptions& options, Teaching& teaching, const Session& session,
                      const MakeProgress& progress) {
  wait_for_all(teaching, progress("looking at the photos", "photos"));
  const auto overview = teaching.session().overview();
  if (overview.elsewhere > overview.answered)
    throw Error(in_quotes(options.out.native()) + ": expected answers about " + in_quotes(options.data.native()) +
                ", got " + counted(overview.elsewhere, "answer") + " about other photos and " +
                std::to_string(overview.answered) + " about these; choose another --out for these");
  const LabelTableText table = teaching.session().labels_csv();
  write_file(options.out / kTable, table.csv);
  const FinetuneOptions training = finetune_options(options, teaching.photos().backbone.preprocess());
  training.validate();
  FileSet files = run_files(options.out);
  const FinetuneResult result = finetune(training, files, progress);
  Session as_typed = session;
  as_typed.command_line = command_line_of("finetune", OptionList(training), OptionList(FinetuneOptions())) + " --force";
  add_report(files, training, result, as_typed);
  files.commit();
  const auto& evaluation = result.run.measured.evaluation;
  const fs::path model = options.out / "model.pt";
  std::printf("wrote %s, metrics.json, report.html and %s\n", model.c_str(), kTable);
  std::fflush(stdout);
  return {{"accuracy", evaluation.accuracy},
          {"low", evaluation.accuracy_low},
          {"high", evaluation.accuracy_high},
          {"count", evaluation.count},
          {"of_sample", table.csv.find(",val\n") != table.csv.npos},
          {"left_out", table.left_out},
          {"report", (options.out / "report.html").native()},
          {"command", as_typed.command_line},
          {"classify", "pawprint classify NEW_PHOTOS --model " + shell_word(model.native()) + " --sort-into sorted"}};
}

// As they are kept. Throws Error, also for one that is there twice.
std::vector<std::string> class_names_of(const std::vector<std::string>& said) {
  std::vector<std::string> names;
  for (const auto& each : said) {
    names.push_back(class_name_of(each));
    check_class_name(names.back(), "--classes");
    if (std::count(names.begin(), names.end(), names.back()) > 1)
      throw Error("--classes: expected each class once, got " + in_quotes(names.back()) + " twice");
  }
  check_spellings(names, "--classes");
  return names;
}

void check_folders(const LabelOptions& options) {
  std::error_code error;
  if (!fs::is_directory(options.data, error))
    throw Error(in_quotes(options.data.native()) + ": expected a folder of photos, got " +
                (fs::exists(options.data, error) ? "a file" : "nothing by that name"));
  if (fs::exists(options.out / "model.pt", error) && !fs::exists(options.out / kTable, error))
    throw Error(in_quotes(options.out.native()) +
                ": expected a folder without a run, or what `pawprint label` left, got a run of `pawprint finetune`; "
                "choose another --out");
}

}  // namespace

int run_label(const LabelOptions& options, const Session& session) {
  check_folders(options);
  auto classes = class_names_of(options.classes);
  LabeledImages images = find_photos(options, say_line(session));
  classes.insert(classes.end(), images.class_names.begin(), images.class_names.end());
  check_spellings(classes, "classes");
  const PreparedNetwork network = prepare(options, images.photos);
  throw_if_signalled();
  if (classes.empty()) classes = Classifier::load(*options.model).class_names;
  Teaching teaching({options.data, classes, options.out / kJournal, options.seed},
                    {network.backbone, feature_options(options), std::move(images.photos), images.class_names});
  serve_label(
      teaching, options.port,
      [&](const MakeProgress& progress) { return finish(options, teaching, session, progress); }, say_address(session),
      [&] {
        wait_for_the_end();
        teaching.give_up();
      });
  return kExitOk;
}

}  // namespace pawprint
