#include "app/report/training_report.h"

#include <algorithm>

#include "app/base/format.h"
#include "app/report/correctable.h"
#include "app/report/html.h"
#include "app/report/report_photos.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr size_t kPhotos = 12;         // in each gallery
constexpr size_t kMoreMistakes = 240;  // besides the worst, smaller

Html more_mistakes(const TrainingReport& report, const ScoredPhotos& photos, const std::vector<size_t>& more,
                   const std::map<size_t, Thumbnail>& pictures, int64_t others) {
  if (more.empty()) return {};
  const bool all = static_cast<int64_t>(more.size()) == others;
  const std::string title =
      all ? (others == 1 ? "The other one" : "The other " + whole_number(others))
          : std::to_string(more.size()) + " of the other " + whole_number(others) + ", some of each kind";
  return element("h3", title) + gallery(report, photos, more, pictures, false);
}

Html mistakes_section(const TrainingReport& report, const ScoredPhotos& photos, const std::vector<size_t>& worst,
                      const std::vector<size_t>& more, const std::map<size_t, Thumbnail>& pictures) {
  const int64_t wrong = report.measured.evaluation.count - report.measured.evaluation.correct;
  if (wrong == 0) return section("The worst mistakes", element("p", "It made none on these photos."));
  std::string words = worst.size() == static_cast<size_t>(wrong)
                          ? "All " + counted(wrong, "mistake")
                          : "The worst " + std::to_string(worst.size()) + " of " + counted(wrong, "mistake");
  if (wrong == 1) words = "Its one mistake";
  words +=
      ", the surest first: what it said, how sure it was, and what the photo is filed as. A photo filed under the "
      "wrong class looks like a mistake, too.";
  const bool explained =
      std::any_of(worst.begin(), worst.end(), [&](size_t i) { return !pictures.at(i).explained.empty(); });
  if (explained)
    words +=
        " The second picture shows where it looked: orange places speak for the class it named, blue ones for the "
        "class "
        "the photo is filed as, and gray ones for neither.";
  return section("The worst mistakes",
                 element("p", words) + gallery(report, photos, worst, pictures, true) +
                     more_mistakes(report, photos, more, pictures, wrong - static_cast<int64_t>(worst.size())));
}

// A section, and what it is called among the contents.
struct Part {
  const char* id;
  const char* name;
  Html html;  // may be empty
};

std::vector<Part> parts_of(const TrainingReport& report, const ScoredPhotos& photos) {
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  const auto drawn = examples(report, photos, kPhotos);
  const auto worst = worst_mistakes(photos, classes, kPhotos);
  auto unsure = least_certain(photos, classes, kPhotos + worst.size());
  std::erase_if(unsure, [&](size_t i) { return std::find(worst.begin(), worst.end(), i) != worst.end(); });
  unsure.resize(std::min(unsure.size(), kPhotos));
  auto more = mistakes_of_each_kind(photos, classes, kMoreMistakes + kPhotos);
  std::erase_if(more, [&](size_t i) { return std::find(worst.begin(), worst.end(), i) != worst.end(); });
  more.resize(std::min(more.size(), kMoreMistakes));
  ShownPhotos shown{drawn, more, worst};
  shown.usual.insert(shown.usual.end(), unsure.begin(), unsure.end());
  const auto pictures = thumbnails(report, photos, shown);
  const bool tried = report.held_out && report.training.input_choice;
  return {{"test", "Test", test_section(report)},
          {"answers", "Answers",
           section("Some of its answers", element("p", "Drawn at random, the good and the bad.") +
                                              gallery(report, photos, drawn, pictures, false))},
          {"confusion", "Confusion", confusion_section(report)},
          {"classes", "Classes", classes_section(report)},
          {"mistakes", "Mistakes", mistakes_section(report, photos, worst, more, pictures)},
          {"unsure", "Least certain",
           section("Where it is least certain",
                   element("p",
                           "Photos whose two most probable classes are nearest to each other; those above are left "
                           "out.") +
                       gallery(report, photos, unsure, pictures, false))},
          {"groups", "Groups", groups_section(report)},
          {"curves", "ROC", discrimination_section(report, photos)},
          {"reliability", "Reliability", calibration_section(report, photos)},
          {"coverage", "Coverage", abstention_section(report, photos)},
          {"inputs", "What it sees", tried ? inputs_section(*report.training.input_choice) : Html()},
          {"more", "More photos", learning_curve_section(report)},
          {"penalty", "Penalty", regularization_section(report)},
          {"loss", "Loss", loss_section(report)},
          {"next", "Next", next_section(report)},
          {"facts", "Facts", facts_section(report)}};
}

}  // namespace

std::string training_report(const TrainingReport& report) {
  Html contents, sections;
  for (const auto& [id, name, html] : parts_of(report, score_photos(report))) {
    if (html.empty()) continue;
    contents += element("li", element("a", {{"href", std::string("#") + id}}, name));
    sections += element(std::string("div#") + id, html);
  }
  const std::string title = report.run.empty() ? report.title : report.title + " \u00b7 " + report.run;
  return html_page(title,
                   verdict(report) + element("nav", {{"aria-label", "Contents"}}, element("ul.contents", contents)) +
                       sections + corrections_bar(report.measured.class_names, Corrects::kData),
                   {"report.css", "chart.css", "corrections.css", "corrections.js"});
}

}  // namespace pawprint
