// Counts, skipped files, freeze certificate, timings, how to do it again.
#include <algorithm>
#include <cmath>
#include <map>

#include "app/base/format.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr size_t kMaxSkipped = 50;

Html titled_table(const std::string& title, std::string_view tag, const Html& rows) {
  return element("h3", title) + element("div.wide", element(tag, element("tbody", rows)));
}

// Rows of a table of two columns; those whose value is empty are left out.
class FactTable {
 public:
  void add(const std::string& name, const Html& value) {
    if (!value.empty()) rows_ += element("tr", element("th", {{"scope", "row"}}, name), element("td", value));
  }
  void add_count(const std::string& name, const std::optional<int64_t>& count) {
    if (count) add(name, whole_number(*count));
  }
  Html html(const std::string& title) const {
    return rows_.empty() ? Html() : titled_table(title, "table.facts", rows_);
  }

 private:
  Html rows_;
};

Html code(const std::string& text) { return text.empty() ? Html() : element("code", text); }

Html counts(const TrainingReport& report) {
  FactTable table;
  const auto& training = report.training;
  table.add_count("training photos", training.n_train);
  table.add_count(report.held_out ? "validation photos" : "photos measured on", report.measured.evaluation.count);
  if (training.test && report.held_out) table.add_count("test photos", training.test->evaluation.count);
  table.add_count("photos in the final model", training.n_fitted);
  if (training.excluded > 0) table.add_count("left out of training by the list", training.excluded);
  if (training.relabeled > 0) table.add_count("trained on with a corrected label", training.relabeled);
  table.add("layout", report.measured.layout);
  table.add_count("could not be read", static_cast<int64_t>(report.measured.skipped.size()));
  table.add_count("other files, passed over", report.measured.ignored_files);
  if (report.held_out && training.duplicates_left_out > 0)
    table.add_count("training photos left out because they are validation photos", training.duplicates_left_out);
  return table.html("Photos");
}

Html skipped(const TrainingReport& report) {
  const auto& list = report.measured.skipped;
  if (list.empty()) return element("h3", "Skipped files") + element("p", "None: every photo could be read.");
  Html rows;
  for (size_t i = 0; i < std::min<size_t>(list.size(), kMaxSkipped); ++i)
    rows += element("tr", element("td", list[i].path.native()), element("td", list[i].reason));
  Html out = titled_table("Skipped files", "table.facts.skipped", rows);
  if (list.size() > kMaxSkipped)
    out += element("p", "and " + whole_number(static_cast<int64_t>(list.size() - kMaxSkipped)), " more, which are in ",
                   element("code", "metrics.json"));
  return out;
}

Html freeze(const TrainingReport& report) {
  const auto &before = report.training.weights_before, &after = report.training.weights_after;
  if (before.empty() || after.empty()) return {};
  FactTable table;
  table.add("before training", code(before));
  table.add("after training", code(after));
  table.add("the same", before == after ? "\u2713 yes: not one of its weights changed" : "\u2717 no");
  return table.html("Freeze certificate: SHA-256 of the network's weights and statistics");
}

Html timings(const TrainingReport& report) {
  static const std::vector<std::pair<std::string, std::string>> kStages = {
      {"scan", "finding the photos"},
      {"load_backbone", "loading the network"},
      {"autotune_inference", "autotuning the inference"},
      {"features", "features of all photos"},
      {"groups", "which belong together"},
      {"trial", "trying what the network sees best"},
      {"chosen_features", "features as it was chosen"},
      {"fit", "fitting the head"},
      {"evaluate", "measuring it"},
      {"learning_curve", "learning curve"},
      {"refit", "fitting it on all photos"},
      {"ood_detector", "fitting the out-of-distribution detector"},
      {"save", "writing the model"},
      {"total", "in all"}};
  FactTable table;
  for (const auto& [stage, name] : kStages) {
    const auto& seconds = report.measured.seconds;
    if (const auto found = seconds.find(stage); found != seconds.end())
      table.add(name, number(found->second, 2) + "\u00a0s");
  }
  table.add("feature extraction, photos/s", short_number(std::round(report.measured.images_per_second)));
  return table.html("Timings");
}

Html reproduce(const TrainingReport& report) {
  FactTable table;
  table.add("program", report.program);
  const auto& measured = report.measured;
  const auto version = [&](const char* library) {
    const auto found = measured.versions.find(library);
    return found == measured.versions.end() ? "" : found->second;
  };
  table.add("LibTorch", version("libtorch"));
  table.add("OpenCV", version("opencv"));
  table.add("seed", std::to_string(measured.seed));
  for (const auto& network : measured.networks) {
    table.add("network", network.name);
    table.add("its file, SHA-256", code(network.id));
    table.add("shown", word(network.preprocess.fit) + ", " + std::to_string(network.preprocess.crop_px) + " px");
    table.add("precision", network.config.config.bfloat16 ? "bf16" : "fp32");
  }
  table.add("model, SHA-256", code(report.model_sha256));
  if (report.held_out) table.add("photos, SHA-256", code(report.training.photos_sha256));
  return element("h3", "How to do it again") + element("pre", report.command) +
         element(
             "p",
             "The same photos, network, seed and precision give the same numbers, for any number of threads, on one "
             "machine.") +
         table.html("Made with");
}

}  // namespace

Html next_section(const TrainingReport& report) {
  Html body;
  for (const auto& [what, command] : report.next) body += element("h3", what) + element("pre", command);
  return body.empty() ? body : section("Next", body);
}

Html facts_section(const TrainingReport& report) {
  return section("Facts", counts(report) + skipped(report) + freeze(report) + timings(report) + reproduce(report));
}

}  // namespace pawprint
