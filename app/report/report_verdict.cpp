// The verdict, and what is taken for what.
#include <algorithm>
#include <numeric>

#include "app/base/format.h"
#include "app/evaluation/cautions.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr size_t kMaxColumns = 20, kMaxDrawn = 100, kManyColumns = 6, kPairs = 20;

int64_t row_total(const std::vector<int64_t>& row) { return std::accumulate(row.begin(), row.end(), int64_t{0}); }

// Of a cell whose photos corrections.js shows where it is clicked.
std::pair<const char*, std::string> cell_of(size_t is, size_t said) {
  return {"data-cell", std::to_string(is) + ' ' + std::to_string(said)};
}

// What a share of the row looks like: right answers blue, mistakes orange.
Attributes shade(bool diagonal, double share) {
  if (share <= 0) return {};
  const int strength = static_cast<int>(diagonal ? 8 + 37 * share : 6 + 54 * std::min(1.0, 2 * share));
  return {{"style", std::string("background:color-mix(in srgb,var(--") + (diagonal ? "blue" : "orange") + ") " +
                        std::to_string(strength) + "%,transparent)"}};
}

Html confusion_row(const TrainingReport& report, size_t c, bool many) {
  const auto& row = report.measured.evaluation.confusion[c];
  const auto total = static_cast<double>(std::max<int64_t>(row_total(row), 1));
  Html cells = element("th", {{"scope", "row"}}, report.measured.class_names[c]);
  for (size_t p = 0; p < row.size(); ++p) {
    const double share = static_cast<double>(row[p]) / total;
    Attributes attributes = shade(c == p, share);
    if (c != p && row[p] > 0) attributes.push_back(cell_of(c, p));
    cells += element("td", attributes, many && row[p] == 0 ? "" : whole_number(row[p]),
                     many ? Html() : element("small", percent(share, 1)));
  }
  return element("tr", cells);
}

Html confusion_table(const TrainingReport& report) {
  const auto& names = report.measured.class_names;
  const bool many = names.size() > kManyColumns;
  Html head = element("td.corner", "true \u2193 predicted \u2192"), rows;
  for (const auto& name : names) head += column(name);
  for (size_t c = 0; c < names.size(); ++c) rows += confusion_row(report, c, many);
  return scrolled("confusion matrix", element(many ? "table.confusion.many" : "table.confusion.few",
                                              element("thead", element("tr", head)), element("tbody", rows)));
}

struct Confused {
  size_t is = 0, said = 0;
  int64_t count = 0;
};

Html confused_pairs(const TrainingReport& report) {
  std::vector<Confused> pairs;
  const auto& confusion = report.measured.evaluation.confusion;
  for (size_t c = 0; c < confusion.size(); ++c) {
    for (size_t p = 0; p < confusion.size(); ++p) {
      if (p != c && confusion[c][p] > 0) pairs.push_back({c, p, confusion[c][p]});
    }
  }
  if (pairs.empty()) return element("p", "It made no mistake on these photos.");
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  const size_t all = pairs.size();
  pairs.resize(std::min(all, kPairs));
  const std::string kinds = counted(static_cast<int64_t>(all), "kind") + " of mistake";
  const Html words = all <= kPairs ? Html((all == 1 ? "Its " : "All ") + kinds + '.')
                                   : "The " + std::to_string(pairs.size()) + " most frequent of " + kinds +
                                         ". The others are in " + element("code", "metrics.json") + ".";
  Html rows;
  for (const auto& pair : pairs) {
    const auto total = static_cast<double>(row_total(confusion[pair.is]));
    rows += element("tr", element("td", report.measured.class_names[pair.is]),
                    element("td", report.measured.class_names[pair.said]),
                    element("td.number", {cell_of(pair.is, pair.said)}, whole_number(pair.count)),
                    number_cell(percent(static_cast<double>(pair.count) / total, 0)));
  }
  const Html head = column("true") + column("predicted") + number_column("photos") + number_column("of the class");
  return element("p", words) +
         scrolled("most frequent mistakes",
                  element("table", element("thead", element("tr", head)), element("tbody", rows)));
}

// which: `validation photo`
Html named_right(const Evaluation& e, const std::string& which) {
  if (e.count < kFewestForFigure)
    return element("b", whole_number(e.correct) + " of " + whole_number(e.count)) +
           " right: too few photos for a figure.";
  return element("b", percent(e.accuracy, 1)) + " accuracy on " + counted(e.count, which) +
         "; the true accuracy lies between " + percent(e.accuracy_low, 1) + " and " + percent(e.accuracy_high, 1) +
         " (95\u00a0% confidence).";
}

Html cautions_list(const TrainingReport& report) {
  Html items;
  for (const auto& caution : report.measured.cautions) items += element("li", caution);
  return items.empty() ? items : element("ul.cautions", {{"aria-label", "cautions"}}, items);
}

// Which of several reports this is.
Html run_line(const TrainingReport& report) {
  Html line;
  const auto add = [&](const Html& part) { line += (line.empty() ? Html() : Html(" \u00b7 ")) + part; };
  if (!report.run.empty()) add("folder " + element("b", report.run));
  if (!report.date.empty()) add(report.date);
  if (!report.model_sha256.empty())
    add("model " + element("code", {{"title", "SHA-256 of the model's file: " + report.model_sha256}},
                           report.model_sha256.substr(0, 12)));
  if (!report.csv.empty()) add(element("a", {{"href", report.csv}}, "what it said of each photo (CSV)"));
  return line.empty() ? line : element("p.quiet", line);
}

// The small print below the lead.
std::string circumstances(const TrainingReport& report) {
  const Evaluation& e = report.measured.evaluation;
  std::string out = whole_number(e.correct) + " of " + whole_number(e.count) +
                    " right. Baseline (always the most frequent class): " + percent(e.majority_baseline, 1) + '.';
  const auto& training = report.training;
  if (report.held_out && training.accuracy_without_excluded)
    out += " Without the " + counted(training.excluded_validation, "photo") +
           " among them that the list excludes from training: " + percent(*training.accuracy_without_excluded, 1) + '.';
  if (report.held_out && training.accuracy_original_labels)
    out += " With the labels as the data has them, " + whole_number(training.relabeled_validation) +
           " of which were corrected: " + percent(*training.accuracy_original_labels, 1) + '.';
  const std::string network = report.measured.network_names();
  const auto trained = report.held_out ? training.n_train : training.n_fitted;
  if (!network.empty()) out += " Network: " + network + '.';
  if (trained) out += " Trained on " + counted(*trained, "photo") + '.';
  if (!report.held_out) out += " If photos here were among those, the figure flatters it.";
  return out;
}

}  // namespace

Html scrolled(const std::string& label, const Html& table) {
  return element("div.wide", {{"tabindex", "0"}, {"role", "region"}, {"aria-label", label}}, table);
}

Html number_cell(const std::string& text) { return element("td.number", text); }
Html number_column(const std::string& text) { return element("th.number", {{"scope", "col"}}, text); }
Html column(const std::string& text) { return element("th", {{"scope", "col"}}, text); }

Html verdict(const TrainingReport& report) {
  return element(
      "header", element("h1", report.title),
      element("p.lead", named_right(report.measured.evaluation, report.held_out ? "validation photo" : "photo")),
      element("p.quiet", circumstances(report)), run_line(report), cautions_list(report));
}

Html test_section(const TrainingReport& report) {
  if (!report.held_out || !report.training.test) return {};
  const Evaluation &validation = report.measured.evaluation, &test = report.training.test->evaluation;
  Html body = element("p", named_right(test, "test photo"),
                      " They were held out from all of the training: nothing was chosen by them, and the model "
                      "measured is the finished one. Their names are in ",
                      element("code", "test_photos.csv"), ".");
  if (test.count < kFewestForFigure) return section("The test", body);
  Html rows;
  const auto add = [&](const char* name, const auto& figure) {
    rows += element("tr", element("th", {{"scope", "row"}}, name), number_cell(figure(validation)),
                    number_cell(figure(test)));
  };
  add("photos", [](const Evaluation& e) { return whole_number(e.count); });
  add("accuracy", [](const Evaluation& e) { return percent(e.accuracy, 1); });
  add("balanced accuracy", [](const Evaluation& e) { return percent(e.macro_recall, 1); });
  add("log loss", [](const Evaluation& e) { return number(e.log_loss, 4); });
  add("expected calibration error", [](const Evaluation& e) { return number(e.ece, 4); });
  add("ROC AUC", [](const Evaluation& e) { return e.roc_auc ? number(*e.roc_auc, 4) : "\u2013"; });
  const Html head = element("td") + number_column("validation") + number_column("test");
  return section("The test",
                 body + scrolled("figures of the test",
                                 element("table", element("thead", element("tr", head)), element("tbody", rows))));
}

Html confusion_section(const TrainingReport& report) {
  const char* title = "Confusion matrix: what it takes for what";
  const size_t classes = report.measured.class_names.size();
  if (classes > kMaxColumns)
    return section(title, (classes > kMaxDrawn ? Html() : confusion_map(report)) + confused_pairs(report));
  return section(title, element("p", "Rows: the true class. Columns: the predicted one.") + confusion_table(report));
}

}  // namespace pawprint
