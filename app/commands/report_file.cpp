#include "app/commands/report_file.h"

#include <chrono>

#include "app/cli/commands.h"
#include "app/explain/heat_map.h"
#include "app/report/training_report.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// What both commands say alike.
TrainingReport report_of(const std::filesystem::path& data, const PhotoOptions& photos, const Session& session) {
  TrainingReport report;
  report.command = session.command_line;
  report.program = std::string("pawprint ") + program_version();
  report.data = data;
  report.decode = photos.decode;
  report.threads = photos.threads;
  return report;
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

double add(FileSet& files, TrainingReport report) {
  report.title = "Telling apart " + title_of(report.measured.class_names);
  const auto begin = std::chrono::steady_clock::now();
  files.add("report.html", training_report(report));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

double add_report(FileSet& files, const FinetuneOptions& options, const FinetuneResult& result,
                  const Session& session) {
  TrainingReport report = report_of(options.data, options.photos, session);
  report.measured = result.run.measured;
  report.training = result.run;
  report.rows = result.rows;
  report.explain = explain_with(*result.validated);
  return add(files, std::move(report));
}

double add_report(FileSet& files, const EvaluateOptions& options, const EvaluateResult& result,
                  const Session& session) {
  TrainingReport report = report_of(options.data, options.photos, session);
  report.held_out = false;
  report.measured = result.measured;
  report.training = result.training;
  report.rows = result.rows;
  report.explain = explain_with(*result.classifier);
  return add(files, std::move(report));
}

}  // namespace pawprint
