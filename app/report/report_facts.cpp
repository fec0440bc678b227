// Counts, skipped files, freeze certificate, timings, how to do it again.
#include <algorithm>
#include <cmath>
#include <map>

#include "app/report/html.h"
#include "app/report/json_facts.h"
#include "app/report/report_sections.h"
#include "app/report/words.h"

namespace pawprint {

namespace {

constexpr size_t kMostSkipped = 50;

// Rows of a table of two columns; those whose value is empty are left out.
class FactTable {
 public:
  void add(const std::string& name, const std::string& html) {
    if (!html.empty()) rows_ += "<tr><th scope=\"row\">" + html_escaped(name) + "</th><td>" + html + "</td></tr>\n";
  }
  void add_number(const std::string& name, const std::optional<double>& value) {
    if (value) add(name, short_number(*value));
  }
  std::string html(const std::string& title) const {
    return rows_.empty() ? ""
                         : "<h3>" + title + "</h3>\n<div class=\"wide\"><table class=\"facts\">\n<tbody>\n" + rows_ +
                               "</tbody>\n</table></div>\n";
  }

 private:
  std::string rows_;
};

std::string code(const std::string& text) { return text.empty() ? "" : "<code>" + html_escaped(text) + "</code>"; }

std::string counts(const TrainingReport& report) {
  FactTable table;
  table.add_number("training photos", number_at(report.training, {"n_train"}));
  table.add_number(report.held_out ? "validation photos" : "photos measured on",
                   static_cast<double>(report.evaluation.count));
  table.add_number("photos in the last fit", number_at(report.training, {"n_fitted"}));
  if (const auto excluded = number_at(report.training, {"excluded"}); excluded && *excluded > 0)
    table.add_number("left out of training by the list", excluded);
  table.add("layout", html_escaped(text_at(report.metrics, {"layout"})));
  table.add_number("could not be read", number_at(report.metrics, {"unreadable"}));
  table.add_number("other files, passed over", number_at(report.metrics, {"ignored_files"}));
  if (number_at(report.metrics, {"duplicates_left_out"}).value_or(0) > 0)
    table.add_number("training photos left out because they are validation photos",
                     number_at(report.metrics, {"duplicates_left_out"}));
  return table.html("Photos");
}

std::string skipped(const TrainingReport& report) {
  const auto& list = fact_at(report.metrics, {"skipped"});
  if (!list.is_array() || list.empty()) return "<h3>Skipped files</h3>\n<p>None: every photo could be read.</p>\n";
  std::string out = "<h3>Skipped files</h3>\n<div class=\"wide\"><table class=\"facts skipped\">\n<tbody>\n";
  for (size_t i = 0; i < std::min<size_t>(list.size(), kMostSkipped); ++i)
    out += "<tr><td>" + html_escaped(text_at(list[i], {"path"})) + "</td><td>" +
           html_escaped(text_at(list[i], {"reason"})) + "</td></tr>\n";
  out += "</tbody>\n</table></div>\n";
  if (list.size() > kMostSkipped)
    out += "<p>and " + whole_number(static_cast<int64_t>(list.size() - kMostSkipped)) +
           " more, which stand in <code>metrics.json</code></p>\n";
  return out;
}

std::string freeze(const TrainingReport& report) {
  const std::string before = text_at(report.training, {"freeze", "before"}),
                    after = text_at(report.training, {"freeze", "after"});
  if (before.empty() || after.empty()) return "";
  FactTable table;
  table.add("before training", code(before));
  table.add("after training", code(after));
  table.add("the same", before == after ? "\u2713 yes: not one of its weights changed" : "\u2717 no");
  return table.html("Freeze certificate: SHA-256 of the network's weights and statistics");
}

std::string timings(const TrainingReport& report) {
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

std::string reproduce(const TrainingReport& report) {
  FactTable table;
  table.add("program", html_escaped(report.program));
  table.add("LibTorch", html_escaped(text_at(report.metrics, {"versions", "libtorch"})));
  table.add("OpenCV", html_escaped(text_at(report.metrics, {"versions", "opencv"})));
  if (const auto seed = number_at(report.metrics, {"seed"})) table.add("seed", number(*seed, 0));
  table.add("network", html_escaped(text_at(report.metrics, {"backbone", "name"})));
  table.add("its file, SHA-256", code(text_at(report.metrics, {"backbone", "id"})));
  table.add("precision", html_escaped(text_at(report.metrics, {"recipe", "precision"})));
  if (report.held_out) table.add("photos, SHA-256", code(text_at(report.metrics, {"photos_sha256"})));
  return "<h3>How to do it again</h3>\n<pre>" + html_escaped(report.command) +
         "</pre>\n<p>The same photos, network, seed and precision give the same numbers, for any number of threads, on "
         "one "
         "machine.</p>\n" +
         table.html("Made with");
}

}  // namespace

std::string facts_section(const TrainingReport& report) {
  return section("Facts", counts(report) + skipped(report) + freeze(report) + timings(report) + reproduce(report));
}

}  // namespace pawprint
