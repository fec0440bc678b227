#include "app/training/tune.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/base/format.h"
#include "app/commands/run.h"
#include "app/commands/summary.h"
#include "app/evaluation/training_run.h"
#include "app/report/inputs_page.h"
#include "models/base/error.h"
#include "models/base/file_set.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

void print_table(const InputChoice& choice) {
  for (const auto& each : choice.of_networks) {
    print_table(each);
    std::printf("\n");
  }
  size_t width = 0;
  for (const auto& tried : choice.tried) width = std::max(width, tried.text().size());
  std::printf("%-*s  photos/s  accuracy  log loss  above the least\n", static_cast<int>(width),
              "what the network sees");
  for (size_t i = 0; i < choice.tried.size(); ++i) {
    const auto& tried = choice.tried[i];
    std::printf("%-*s  %8ld  %8.4f  %8.4f  %.4f +- %.4f%s\n", static_cast<int>(width), tried.text().c_str(),
                std::lround(tried.photos_per_second), tried.accuracy, tried.log_loss, tried.excess, tried.excess_error,
                static_cast<int64_t>(i) == choice.chosen ? "  chosen" : "");
  }
}

}  // namespace

int run_tune(const TuneOptions& options, const Session& session) {
  std::optional<FileSet> files;
  if (!options.out.empty()) {
    make_output_folder(options.out);
    files.emplace(options.out, std::vector<std::string>{"tune.json", "report.html"});
  }
  const TuneResult result = tune(options, progress_bars(session), say_line(session));
  const InputChoice& choice = result.choice;
  if (files) {
    files->add("tune.json", metrics_text(to_json(choice)));
    files->add("report.html", inputs_page(choice));
    files->commit();
  }
  print_skipped(result.skipped, session.quiet);
  print_table(choice);
  std::printf(
      "\n%s, by cross-validation; the choice itself, each fifth of them by the others: accuracy %.4f, log loss %.4f\n",
      counted(choice.photos, "photo").c_str(), choice.outer_accuracy, choice.outer_log_loss);
  if (!choice.of_networks.empty())
    std::printf("what each network is shown was chosen by all of them, which flatters these figures still\n");
  std::printf("photos/s are those of the networks alone, without reading the photos\n");
  std::printf(
      "to train it: `pawprint finetune` with the same DATA, photos and --backbone, which chooses the same way\n");
  if (!result.cache_problem.empty())
    std::fprintf(messages(), "warning: what was computed is not kept for the next run: %s\n",
                 result.cache_problem.c_str());
  if (files) std::printf("to look at: %s\n", (options.out / "report.html").c_str());
  return kExitOk;
}

}  // namespace pawprint
