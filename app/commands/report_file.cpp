#include "app/commands/report_file.h"

#include <chrono>
#include <ctime>
#include <fstream>

#include "app/base/backbone_names.h"
#include "app/cli/commands.h"
#include "app/explain/heat_map.h"
#include "app/report/training_report.h"
#include "models/base/error.h"
#include "models/base/sha256.h"

namespace pawprint {

namespace {

// Empty if it cannot be read any more.
std::string sha256_of_model(std::filesystem::path model) {
  std::error_code error;
  if (std::filesystem::is_directory(model, error)) model /= "model.pt";
  std::ifstream file(model, std::ios::binary);
  if (!file) return "";
  Sha256Stream hash;
  for (std::vector<char> part(1 << 20); file.read(part.data(), std::ssize(part)) || file.gcount() > 0;)
    hash.add(part.data(), static_cast<size_t>(file.gcount()));
  return hash.finish().hex();
}

std::string now_local() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local);
  return text;
}

// What both commands say alike.
TrainingReport report_of(const std::filesystem::path& data, const std::filesystem::path& out,
                         const PhotoOptions& photos, const Session& session) {
  TrainingReport report;
  report.run = (out.has_filename() ? out : out.parent_path()).filename().native();
  report.date = now_local();
  report.csv = "validation.csv";
  report.command = session.command_line;
  report.program = std::string("pawprint ") + program_version();
  report.data = data;
  report.decode = photos.decode;
  report.threads = photos.threads;
  return report;
}

std::vector<std::pair<std::string, std::string>> next_commands(const FinetuneOptions& options) {
  const std::string model = " --model " + shell_word(options.out / "model.pt");
  std::vector<std::pair<std::string, std::string>> next = {
      {"Sort new photos with it", "pawprint classify PHOTOS" + model + " --out rows.csv --sort-into sorted"},
      {"See where in new photos it looks", "pawprint explain PHOTOS" + model + " --out why"}};
  if (options.dataset.labels_csv || options.dataset.labels_from_name) return next;
  const auto& network = options.backbones.front();
  const bool is_kept = kept_backbone(network.stem().native()) == network;
  next.emplace_back("Look for wrong labels, whatever the figures say",
                    "pawprint check " + shell_word(options.data) + " --backbone " +
                        shell_word(is_kept ? network.stem() : network) + " --out checked --fix-list fix.txt");
  if (options.backbones == FinetuneOptions().backbones)
    next.emplace_back("Make fewer mistakes, with a larger network",
                      "pawprint backbone get mobilenet_v2\n" + ("pawprint finetune " + shell_word(options.data)) +
                          " --backbone mobilenet_v2 --out larger");
  return next;
}

// `cats and dogs`; long lists are cut.
std::string title_of(const std::vector<std::string>& names) {
  if (names.size() > 4)
    return names[0] + ", " + names[1] + " and " + std::to_string(names.size() - 2) + " more classes";
  std::string title;
  for (size_t c = 0; c < names.size(); ++c) title += (c == 0 ? "" : c + 1 == names.size() ? " and " : ", ") + names[c];
  return title;
}

Explain explain_with(const Classifier& classifier) {
  return [&classifier](const std::vector<cv::Mat>& photos, const std::vector<int64_t>& said,
                       const std::vector<int64_t>& is) {
    std::vector<cv::Mat> pictures(photos.size());
    try {
      const auto maps = heat_maps(classifier, photos, said, is);
      for (size_t i = 0; i < maps.size(); ++i) pictures[i] = heat_overlay(photos[i], maps[i]);
    } catch (const Error&) {  // a network without stages: the page does without heat maps
    }
    return pictures;
  };
}

// What the photos are shown and explained with.
void take_model(TrainingReport& report, const Classifier& classifier) {
  report.explain = explain_with(classifier);
  report.decode.managed_color = classifier.backbones.front().preprocess().managed_color;
}

double add(FileSet& files, TrainingReport report) {
  report.title = "Telling apart " + title_of(report.measured.class_names);
  const auto begin = std::chrono::steady_clock::now();
  files.add("report.html", training_report(report));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

double add_report(FileSet& files, const FinetuneOptions& options, const FinetuneResult& result,
                  const Session& session) {
  TrainingReport report = report_of(options.data, options.out, options.photos, session);
  report.model_sha256 = result.model_sha256;
  report.next = next_commands(options);
  report.measured = result.run.measured;
  report.training = result.run;
  report.rows = result.rows;
  take_model(report, *result.validated);
  return add(files, std::move(report));
}

double add_report(FileSet& files, const EvaluateOptions& options, const EvaluateResult& result,
                  const Session& session) {
  TrainingReport report = report_of(options.data, *options.out, options.photos, session);
  report.held_out = false;
  report.model_sha256 = sha256_of_model(options.model);
  report.measured = result.measured;
  report.training = result.training;
  report.rows = result.rows;
  take_model(report, *result.classifier);
  return add(files, std::move(report));
}

}  // namespace pawprint
