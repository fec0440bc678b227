// The verdict, and what is taken for what.
#include <algorithm>
#include <numeric>

#include "app/evaluation/cautions.h"
#include "app/report/html.h"
#include "app/report/json_facts.h"
#include "app/report/report_sections.h"
#include "app/report/words.h"

namespace pawprint {

namespace {

constexpr size_t kMostColumns = 20, kManyColumns = 6, kPairs = 20;

int64_t row_total(const std::vector<int64_t>& row) { return std::accumulate(row.begin(), row.end(), int64_t{0}); }

// What a share of the row looks like: right answers blue, mistakes orange.
std::string shade(bool diagonal, double share) {
  if (share <= 0) return "";
  const int strength = static_cast<int>(diagonal ? 8 + 37 * share : 6 + 54 * std::min(1.0, 2 * share));
  return std::string(" style=\"background:color-mix(in srgb,var(--") + (diagonal ? "blue" : "orange") + ") " +
         std::to_string(strength) + "%,transparent)\"";
}

std::string scrolled(const std::string& label, const std::string& table) {
  return "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"" + html_escaped(label) + "\">\n" + table +
         "</div>\n";
}

std::string confusion_table(const TrainingReport& report) {
  const auto& names = report.class_names;
  const bool many = names.size() > kManyColumns;
  std::string out = std::string("<table class=\"confusion") + (many ? " many" : " few") +
                    "\">\n<thead><tr><td class=\"corner\">is \u2193 said \u2192</td>";
  for (const auto& name : names) out += "<th scope=\"col\">" + html_escaped(name) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (size_t c = 0; c < names.size(); ++c) {
    const auto& row = report.evaluation.confusion[c];
    const auto total = static_cast<double>(std::max<int64_t>(row_total(row), 1));
    out += "<tr><th scope=\"row\">" + html_escaped(names[c]) + "</th>";
    for (size_t p = 0; p < names.size(); ++p) {
      const double share = static_cast<double>(row[p]) / total;
      out += "<td" + shade(c == p, share) + '>' + (many && row[p] == 0 ? "" : whole_number(row[p]));
      if (!many) out += "<small>" + percent(share, 1) + "</small>";
      out += "</td>";
    }
    out += "</tr>\n";
  }
  return scrolled("confusion matrix", out + "</tbody>\n</table>\n");
}

struct Confused {
  size_t is = 0, said = 0;
  int64_t count = 0;
};

std::string confused_pairs(const TrainingReport& report) {
  std::vector<Confused> pairs;
  const auto& confusion = report.evaluation.confusion;
  for (size_t c = 0; c < confusion.size(); ++c) {
    for (size_t p = 0; p < confusion.size(); ++p) {
      if (p != c && confusion[c][p] > 0) pairs.push_back({c, p, confusion[c][p]});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
  const size_t all = pairs.size();
  pairs.resize(std::min(all, kPairs));
  const std::string kinds = counted(static_cast<int64_t>(all), "kind") + " of mistake";
  const std::string words = "<p>" +
                            (all <= kPairs ? (all == 1 ? "Its " : "All ") + kinds + '.'
                                           : "The " + std::to_string(pairs.size()) + " most frequent of " + kinds +
                                                 ". The others are in <code>metrics.json</code>.") +
                            "</p>\n";
  if (pairs.empty()) return "<p>It made no mistake on these photos.</p>\n";
  std::string out =
      "<table>\n<thead><tr><th scope=\"col\">is</th><th scope=\"col\">said to be</th>"
      "<th scope=\"col\" class=\"number\">photos</th><th scope=\"col\" class=\"number\">of the "
      "class</th></tr></thead>\n"
      "<tbody>\n";
  for (const auto& pair : pairs) {
    const auto total = static_cast<double>(row_total(confusion[pair.is]));
    out += "<tr><td>" + html_escaped(report.class_names[pair.is]) + "</td><td>" +
           html_escaped(report.class_names[pair.said]) + "</td><td class=\"number\">" + whole_number(pair.count) +
           "</td><td class=\"number\">" + percent(static_cast<double>(pair.count) / total, 0) + "</td></tr>\n";
  }
  return words + scrolled("most frequent mistakes", out + "</tbody>\n</table>\n");
}

}  // namespace

namespace {

std::string lead(const TrainingReport& report) {
  const Evaluation& e = report.evaluation;
  if (e.count < kFewestForFigure)
    return "<b>" + whole_number(e.correct) + " of " + whole_number(e.count) +
           "</b> right: too few photos for a figure.";
  return "<b>" + percent(e.accuracy, 1) + "</b> of " + counted(e.count, "photo") +
         (report.held_out ? " it had not seen" : "") + " were named right; the true accuracy lies between " +
         percent(e.accuracy_low, 1) + " and " + percent(e.accuracy_high, 1) + " (95\u00a0% confidence).";
}

std::string cautions_list(const TrainingReport& report) {
  std::string items;
  for (const auto& caution : fact_at(report.metrics, {"cautions"})) {
    if (caution.is_string()) items += "<li>" + html_escaped(caution.get<std::string>()) + "</li>\n";
  }
  return items.empty() ? "" : "<ul class=\"cautions\" aria-label=\"cautions\">\n" + items + "</ul>\n";
}

}  // namespace

std::string verdict(const TrainingReport& report) {
  const Evaluation& e = report.evaluation;
  std::string out =
      "<header>\n<h1>" + html_escaped(report.title) + "</h1>\n<p class=\"lead\">" + lead(report) + "</p>\n";
  out += "<p class=\"quiet\">" + whole_number(e.correct) + " of " + whole_number(e.count) +
         ". Baseline (always the most frequent class): " + percent(e.majority_baseline, 1) + '.';
  const auto excluded = number_at(report.metrics, {"excluded_validation"}),
             without = number_at(report.metrics, {"accuracy_without_excluded"});
  if (excluded && without && report.held_out)
    out += " Without the " + counted(static_cast<int64_t>(*excluded), "photo") +
           " among them that the list excludes from training: " + percent(*without, 1) + '.';
  const std::string network = text_at(report.metrics, {"backbone", "name"});
  const auto trained = number_at(report.training, {report.held_out ? "n_train" : "n_fitted"});
  if (!network.empty()) out += " Network: " + html_escaped(network) + '.';
  if (trained) out += " Trained on " + counted(static_cast<int64_t>(*trained), "photo") + '.';
  if (!report.held_out) out += " If photos here were among those, the figure flatters it.";
  return out + "</p>\n" + cautions_list(report) + "</header>\n";
}

std::string confusion_section(const TrainingReport& report) {
  if (report.class_names.size() > kMostColumns) return section("What it takes for what", confused_pairs(report));
  return section("What it takes for what",
                 "<p>Rows: what photos show. Columns: what it says.</p>\n" + confusion_table(report));
}

}  // namespace pawprint
