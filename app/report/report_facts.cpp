// Counts, skipped files, freeze certificate, timings, how to do it again.
#include <algorithm>
#include <cmath>
#include <map>

#include "app/base/format.h"
#include "app/report/json_facts.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr size_t kMostSkipped = 50;

Html titled_table(const std::string& title, std::string_view tag, const Html& rows) {
  return element("h3", title) + element("div.wide", element(tag, element("tbody", rows)));
}

// Rows of a table of two columns; those whose value is empty are left out.
class FactTable {
 public:
  void add(const std::string& name, const Html& value) {
    if (!value.empty()) rows_ += element("tr", element("th", {{"scope", "row"}}, name), element("td", value));
  }
  void add_number(const std::string& name, const std::optional<double>& value) {
    if (value) add(name, short_number(*value));
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
  table.add_number("training photos", number_at(report.training, {"n_train"}));
  table.add_number(report.held_out ? "validation photos" : "photos measured on",
                   static_cast<double>(report.evaluation.count));
  if (report.test) table.add_number("test photos", static_cast<double>(report.test->count));
  table.add_number("photos in the last fit", number_at(report.training, {"n_fitted"}));
  if (const auto excluded = number_at(report.training, {"excluded"}); excluded && *excluded > 0)
    table.add_number("left out of training by the list", excluded);
  table.add("layout", text_at(report.metrics, {"layout"}));
  table.add_number("could not be read", number_at(report.metrics, {"unreadable"}));
  table.add_number("other files, passed over", number_at(report.metrics, {"ignored_files"}));
  if (number_at(report.metrics, {"duplicates_left_out"}).value_or(0) > 0)
    table.add_number("training photos left out because they are validation photos",
                     number_at(report.metrics, {"duplicates_left_out"}));
  return table.html("Photos");
}

Html skipped(const TrainingReport& report) {
  const auto& list = fact_at(report.metrics, {"skipped"});
  if (!list.is_array() || list.empty())
    return element("h3", "Skipped files") + element("p", "None: every photo could be read.");
  Html rows;
  for (size_t i = 0; i < std::min<size_t>(list.size(), kMostSkipped); ++i)
    rows += element("tr", element("td", text_at(list[i], {"path"})), element("td", text_at(list[i], {"reason"})));
  Html out = titled_table("Skipped files", "table.facts.skipped", rows);
  if (list.size() > kMostSkipped)
    out += element("p", "and " + whole_number(static_cast<int64_t>(list.size() - kMostSkipped)),
                   " more, which stand in ", element("code", "metrics.json"));
  return out;
}

Html freeze(const TrainingReport& report) {
  const std::string before = text_at(report.training, {"freeze", "before"}),
                    after = text_at(report.training, {"freeze", "after"});
  if (before.empty() || after.empty()) return {};
  FactTable table;
  table.add("before training", code(before));
  table.add("after training", code(after));
  table.add("the same", before == after ? "\u2713 yes: not one of its weights changed" : "\u2717 no");
  return table.html("Freeze certificate: SHA-256 of the network's weights and statistics");
}

Html timings(const TrainingReport& report) {
  static const std::vector<std::pair<std::string, std::string>> kStages = {{"scan", "finding the photos"},
                                                                           {"load_backbone", "loading the network"},
                                                                           {"choose_recipe", "choosing how to compute"},
                                                                           {"features", "features of all photos"},
                                                                           {"groups", "which belong together"},
                                                                           {"fit", "fitting the head"},
                                                                           {"evaluate", "measuring it"},
                                                                           {"learning_curve", "learning curve"},
                                                                           {"refit", "fitting it on all photos"},
                                                                           {"doubt", "learning what is unlike them"},
                                                                           {"save", "writing the model"},
                                                                           {"total", "in all"}};
  FactTable table;
  for (const auto& [stage, name] : kStages) {
    if (const auto seconds = number_at(report.metrics, {"seconds", stage})) table.add(name, number(*seconds, 2) + " s");
  }
  if (const auto pace = number_at(report.metrics, {"images_per_second"}))
    table.add("photos a second, from files or the cache to features", short_number(std::round(*pace)));
  return table.html("Timings");
}

Html reproduce(const TrainingReport& report) {
  FactTable table;
  table.add("program", report.program);
  table.add("LibTorch", text_at(report.metrics, {"versions", "libtorch"}));
  table.add("OpenCV", text_at(report.metrics, {"versions", "opencv"}));
  if (const auto seed = number_at(report.metrics, {"seed"})) table.add("seed", number(*seed, 0));
  table.add("network", text_at(report.metrics, {"backbone", "name"}));
  table.add("its file, SHA-256", code(text_at(report.metrics, {"backbone", "id"})));
  table.add("precision", text_at(report.metrics, {"recipe", "precision"}));
  if (report.held_out) table.add("photos, SHA-256", code(text_at(report.metrics, {"photos_sha256"})));
  return element("h3", "How to do it again") + element("pre", report.command) +
         element(
             "p",
             "The same photos, network, seed and precision give the same numbers, for any number of threads, on one "
             "machine.") +
         table.html("Made with");
}

}  // namespace

Html facts_section(const TrainingReport& report) {
  return section("Facts", counts(report) + skipped(report) + freeze(report) + timings(report) + reproduce(report));
}

}  // namespace pawprint
