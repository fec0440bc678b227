#include "app/report/training_report.h"

#include "app/base/format.h"
#include "app/report/html.h"
#include "app/report/report_photos.h"
#include "app/report/report_sections.h"

namespace pawprint {

namespace {

constexpr size_t kPhotos = 12;  // in each gallery

Html mistakes_section(const TrainingReport& report, const ScoredPhotos& photos, const std::vector<size_t>& worst,
                      const std::map<size_t, Thumbnail>& pictures) {
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
  return section("The worst mistakes", element("p", words) + gallery(report, photos, worst, pictures, true));
}

}  // namespace

std::string training_report(const TrainingReport& report) {
  const ScoredPhotos photos = score_photos(report);
  const auto classes = static_cast<int64_t>(report.measured.class_names.size());
  const auto drawn = examples(report, photos, kPhotos);
  const auto worst = worst_mistakes(photos, classes, kPhotos);
  const auto unsure = least_certain(photos, classes, kPhotos);
  std::vector<size_t> shown = drawn;
  shown.insert(shown.end(), worst.begin(), worst.end());
  shown.insert(shown.end(), unsure.begin(), unsure.end());
  const auto pictures = thumbnails(report, photos, shown, worst);
  Html body = verdict(report);
  body += test_section(report);
  body += section("Some of its answers", element("p", "Drawn at random, the good and the bad.") +
                                             gallery(report, photos, drawn, pictures, false));
  body += confusion_section(report);
  body += classes_section(report);
  body += mistakes_section(report, photos, worst, pictures);
  body += section("Where it is least certain",
                  element("p", "Photos whose two most probable classes are nearest to each other.") +
                      gallery(report, photos, unsure, pictures, false));
  body += groups_section(report);
  body += discrimination_section(report, photos);
  body += calibration_section(report, photos);
  body += abstention_section(report, photos);
  body += learning_curve_section(report);
  body += regularization_section(report);
  body += loss_section(report);
  body += facts_section(report);
  return html_page(report.title, body, {"report.css", "chart.css"});
}

}  // namespace pawprint
