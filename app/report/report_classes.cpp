// Figures of each class, and which photos belong together.
#include <algorithm>
#include <numeric>
#include <opencv2/core/mat.hpp>

#include "app/base/format.h"
#include "app/data/decode.h"
#include "app/evaluation/cautions.h"
#include "app/report/picture_file.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

std::string share(const std::optional<double>& value) { return value ? number(*value, 3) : "\u2013"; }

Html class_row(const TrainingReport& report, size_t c, const std::vector<int64_t>& training) {
  const auto& figures = report.measured.evaluation.per_class[c];
  const auto figure = [&](const std::optional<double>& value) {
    return number_cell(share(figures.support < kFewestForFigure ? std::nullopt : value));
  };
  return element("tr", element("td", report.measured.class_names[c]), figure(figures.precision), figure(figures.recall),
                 figure(figures.f1), number_cell(whole_number(figures.support)),
                 training.empty() ? Html() : number_cell(whole_number(training[c])));
}

Html class_table(const TrainingReport& report, const std::vector<size_t>& order, const std::vector<int64_t>& training) {
  const Evaluation& e = report.measured.evaluation;
  Html head = column("class") + number_column("precision") + number_column("recall") + number_column("F1") +
              number_column("photos");
  Html rows;
  for (const size_t c : order) rows += class_row(report, c, training);
  Html foot = element("th", {{"scope", "row"}}, "mean of the classes") + number_cell(number(e.macro_precision, 3)) +
              number_cell(number(e.macro_recall, 3)) + number_cell(number(e.macro_f1, 3)) +
              number_cell(whole_number(e.count));
  if (!training.empty()) {
    head += number_column("training");
    foot += number_cell(whole_number(std::accumulate(training.begin(), training.end(), int64_t{0})));
  }
  return element("table", element("thead", element("tr", head)), element("tbody", rows),
                 element("tfoot", element("tr", foot)));
}

// The whole photo, small, with its name.
Html small_photo(const TrainingReport& report, const std::filesystem::path& path) {
  constexpr int kSide = 200;
  std::string name = path.lexically_relative(report.data).native();
  if (name.empty() || name.starts_with("..")) name = path.native();
  Html picture = element("div.gone", "this photo cannot be read any more");
  try {
    DecodeOptions decode = report.decode;
    decode.scaled_short_px = kSide;
    decode.managed_color = true;  // for people to see
    const cv::Mat rgb = decode_photo(read_photo(path, decode.limits), decode);
    picture = element("img", {{"src", picture_uri(rgb, kSide)}, {"alt", name}});
  } catch (const Unreadable&) {  // it has gone since
  }
  return element("figure", picture, element("figcaption", element("span.name", name)));
}

std::string groups_words(const GroupFigures& groups) {
  const std::string words =
      counted(groups.photos, "photo") + " in " + counted(groups.groups, "group") +
      " show the same animal, thing or moment. They stay on one side of every split: a head that has seen "
      "one of them knows the others.";
  std::string why;
  const auto add = [&](int64_t count, const std::string& text) {
    if (count > 0) why += (why.empty() ? " " : "; ") + whole_number(count) + ' ' + text;
  };
  add(groups.alike, "look alike");
  add(groups.same_moment, "were taken within seconds by one camera");
  add(groups.named, "have a group by name");
  return words + why + (why.empty() ? "" : ".");
}

// What knowing an animal beforehand would have been worth.
Html ungrouped_words(const TrainingReport& report, double ungrouped) {
  const double gap = ungrouped - report.measured.evaluation.accuracy;
  return "Split without regard to them, the same head would have shown " + element("b", percent(ungrouped, 1)) +
         " instead of " + element("b", percent(report.measured.evaluation.accuracy, 1)) +
         (gap > 0 ? ": that much was known beforehand, not recognized." : " on other photos.");
}

}  // namespace

Html classes_section(const TrainingReport& report) {
  constexpr size_t kMaxRows = 200;
  const Evaluation& e = report.measured.evaluation;
  auto training = report.training.n_train_of_class;
  if (training.size() != report.measured.class_names.size()) training.clear();
  std::vector<size_t> order(report.measured.class_names.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return e.per_class[a].f1 < e.per_class[b].f1; });
  const size_t all = order.size();
  order.resize(std::min(all, kMaxRows));
  Html body = element("p",
                      "Precision: of the photos said to be of the class, how many are. Recall: of those that are, how "
                      "many are said to be. F1: their harmonic mean. No figure for fewer than ",
                      std::to_string(kFewestForFigure), " photos.");
  body += scrolled("figures of each class", class_table(report, order, training));
  if (order.size() < all)
    body += element("p", "The other " + std::to_string(all - order.size()) + " are in ",
                    element("code", "metrics.json"), ".");
  return section("Each class, the worst first", body);
}

Html groups_section(const TrainingReport& report) {
  constexpr size_t kGroups = 6, kOfEach = 5;
  const auto& groups = report.training.groups;
  if (!report.held_out || groups.groups == 0) return {};
  Html body = element("p", groups_words(groups));
  if (groups.accuracy_ungrouped && *groups.accuracy_ungrouped != report.measured.evaluation.accuracy)
    body += element("p", ungrouped_words(report, *groups.accuracy_ungrouped));
  for (size_t g = 0; g < std::min(groups.largest.size(), kGroups); ++g) {
    const auto& group = groups.largest[g];
    Html photos;
    for (size_t i = 0; i < std::min(group.size(), kOfEach); ++i) photos += small_photo(report, group[i]);
    body += element("div.gallery.photos.group", photos);
    if (group.size() > kOfEach) body += element("p.quiet", "and " + std::to_string(group.size() - kOfEach) + " more");
  }
  return section("Photos that belong together", body);
}

}  // namespace pawprint
