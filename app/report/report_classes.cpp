// Figures of each class, and which photos belong together.
#include <algorithm>
#include <numeric>
#include <opencv2/core/mat.hpp>

#include "app/data/decode.h"
#include "app/evaluation/cautions.h"
#include "app/report/html.h"
#include "app/report/json_facts.h"
#include "app/report/report_sections.h"
#include "app/report/words.h"

namespace pawprint {

namespace {

std::string cell(const std::string& text) { return "<td class=\"number\">" + text + "</td>"; }

std::string share(const std::optional<double>& value) { return value ? number(*value, 3) : "\u2013"; }

std::string class_row(const TrainingReport& report, size_t c, const std::vector<double>& training) {
  const auto& figures = report.evaluation.per_class[c];
  const bool few = figures.support < kFewestForFigure;
  std::string row = "<tr><td>" + html_escaped(report.class_names[c]) + "</td>" +
                    cell(share(few ? std::nullopt : figures.precision)) +
                    cell(share(few ? std::nullopt : figures.recall)) +
                    cell(share(few ? std::nullopt : std::optional(figures.f1))) + cell(whole_number(figures.support));
  if (!training.empty()) row += cell(short_number(training[c]));
  return row + "</tr>\n";
}

// The whole photo, small, with its name.
std::string small_photo(const TrainingReport& report, const std::string& path) {
  constexpr int kSide = 200;
  std::string name = std::filesystem::path(path).lexically_relative(report.data).native();
  if (name.empty() || name.starts_with("..")) name = path;
  std::string picture = "<div class=\"gone\">this photo cannot be read any more</div>";
  try {
    DecodeOptions decode = report.decode;
    decode.scaled_short_px = kSide;
    picture = "<img src=\"" + picture_uri(decode_photo(read_photo(path, decode.limits), decode), kSide) + "\" alt=\"" +
              html_escaped(name) + "\">";
  } catch (const Unreadable&) {  // it has gone since
  }
  return "<figure>" + picture + "<figcaption><span class=\"name\">" + html_escaped(name) +
         "</span></figcaption></figure>\n";
}

std::string groups_words(const nlohmann::json& groups) {
  const auto count = [&](const char* key) { return static_cast<int64_t>(number_at(groups, {key}).value_or(0)); };
  std::string words =
      "<p>" + counted(count("photos"), "photo") + " in " + counted(count("groups"), "group") +
      " show the same animal, thing or moment. They stay on one side of every split: a head that has seen "
      "one of them knows the others.";
  std::string why;
  const auto add = [&](const char* key, const std::string& text) {
    if (count(key) > 0) why += (why.empty() ? " " : "; ") + whole_number(count(key)) + ' ' + text;
  };
  add("alike", "look alike");
  add("same_moment", "were taken within seconds by one camera");
  add("named", "have a group by name");
  return words + why + (why.empty() ? "" : ".") + "</p>\n";
}

}  // namespace

std::string classes_section(const TrainingReport& report) {
  constexpr size_t kMostRows = 200;
  const Evaluation& e = report.evaluation;
  auto training = numbers_at(report.training, {"n_train_of_class"});
  if (training.size() != report.class_names.size()) training.clear();
  std::vector<size_t> order(report.class_names.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return e.per_class[a].f1 < e.per_class[b].f1; });
  const size_t all = order.size();
  order.resize(std::min(all, kMostRows));
  std::string table =
      "<table>\n<thead><tr><th scope=\"col\">class</th><th scope=\"col\" class=\"number\">precision</th><th "
      "scope=\"col\" "
      "class=\"number\">recall</th><th scope=\"col\" class=\"number\">F1</th><th scope=\"col\" "
      "class=\"number\">photos</th>";
  if (!training.empty()) table += "<th scope=\"col\" class=\"number\">training</th>";
  table += "</tr></thead>\n<tbody>\n";
  for (const size_t c : order) table += class_row(report, c, training);
  table += "</tbody>\n<tfoot><tr><th scope=\"row\">mean of the classes</th>" + cell(number(e.macro_precision, 3)) +
           cell(number(e.macro_recall, 3)) + cell(number(e.macro_f1, 3)) + cell(whole_number(e.count));
  if (!training.empty()) table += cell(short_number(std::accumulate(training.begin(), training.end(), 0.0)));
  table += "</tr></tfoot>\n</table>\n";
  return section(
      "Each class, the worst first",
      "<p>Precision: of the photos said to be of the class, how many are. Recall: of those that are, how many "
      "are said to be. F1: their harmonic mean. No figure for fewer than " +
          std::to_string(kFewestForFigure) +
          " photos.</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"figures of each class\">\n" +
          table + "</div>\n" +
          (order.size() < all
               ? "<p>The other " + std::to_string(all - order.size()) + " are in <code>metrics.json</code>.</p>\n"
               : ""));
}

std::string groups_section(const TrainingReport& report) {
  constexpr size_t kGroups = 6, kOfEach = 5;
  const auto& groups = fact_at(report.metrics, {"groups"});
  if (number_at(groups, {"groups"}).value_or(0) == 0) return "";
  std::string body = groups_words(groups);
  if (const auto ungrouped = number_at(groups, {"accuracy_ungrouped"});
      ungrouped && report.held_out && *ungrouped != report.evaluation.accuracy) {
    const double gap = *ungrouped - report.evaluation.accuracy;
    body += "<p>Split without regard to them, the same head would have shown <b>" + percent(*ungrouped, 1) +
            "</b> instead of <b>" + percent(report.evaluation.accuracy, 1) + "</b>" +
            (gap > 0 ? ": that much was known beforehand, not recognised.</p>\n" : " on other photos.</p>\n");
  }
  const auto& largest = fact_at(groups, {"largest"});
  size_t shown = 0;
  for (const auto& group : largest) {
    if (!group.is_array() || shown++ == kGroups) break;
    body += "<div class=\"gallery photos group\">\n";
    for (size_t i = 0; i < std::min(group.size(), kOfEach); ++i)
      body += small_photo(report, group[i].get<std::string>());
    body += "</div>\n";
    if (group.size() > kOfEach)
      body += "<p class=\"quiet\">and " + std::to_string(group.size() - kOfEach) + " more</p>\n";
  }
  return section("Photos that belong together", body);
}

}  // namespace pawprint
