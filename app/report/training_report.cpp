#include "app/report/training_report.h"

#include "app/report/charts.h"
#include "app/report/html.h"
#include "app/report/report_photos.h"
#include "app/report/report_sections.h"
#include "app/report/words.h"

namespace pawprint {

namespace {

constexpr size_t kPhotos = 12;  // in each gallery

constexpr char kStyle[] = R"css(
:root { --heat-for: #ff9600; --heat-against: #1e6eeb; }
header p { max-width: none; }
header .lead b { font-size: 24px; }
.beside { display: grid; gap: 8px 28px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
.photos { grid-template-columns: repeat(auto-fill, minmax(145px, 1fr)); }
.photos.pairs { grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); }
.photos img, .gone { aspect-ratio: 1; object-fit: cover; }
.gone { display: grid; place-items: center; padding: 8px; border: 1px dashed var(--line); border-radius: 8px;
  font-size: 13px; text-align: center; color: var(--quiet); }
.pair { display: grid; gap: 4px; grid-template-columns: 1fr 1fr; }
.right .mark { color: var(--green); }
.wrong .mark { color: var(--red); }
.mark { font-weight: bold; }
.name { font-size: 12px; }
.key { display: inline-block; width: 10px; height: 10px; margin-right: 4px; border-radius: 2px; }
.confusion th, .confusion td { padding: 6px 10px; border: 1px solid var(--line); text-align: right; }
.confusion th { font-weight: normal; max-width: 14em; overflow-wrap: anywhere; }
.confusion thead th { vertical-align: bottom; }
.confusion .corner { font-size: 12px; color: var(--quiet); white-space: nowrap; }
.confusion.few td:not(.corner) { min-width: 110px; font-size: 18px; text-align: center; }
.confusion.few thead th { text-align: center; }
.confusion.many th, .confusion.many td { padding: 4px 6px; font-size: 13px; }
.confusion.many thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; }
.confusion small { display: block; color: inherit; font-size: 11px; line-height: 1.2; }
.confusion td { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.wide:focus-visible { outline: 2px solid var(--blue); }
tfoot th, tfoot td { border-top: 2px solid var(--line); font-weight: bold; }
.cautions { margin: 10px 0; padding: 8px 12px 8px 30px; border-left: 4px solid var(--orange); background: var(--card); }
.photos.group { grid-template-columns: repeat(5, 1fr); gap: 8px; max-width: 900px; margin-bottom: 14px; padding-bottom: 10px; border-bottom: 1px solid var(--line); }
.facts th { font-weight: normal; color: var(--quiet); }
.facts td { overflow-wrap: anywhere; }
.facts.skipped td, .facts.skipped th { padding-right: 16px; }
pre { margin: 6px 0; padding: 10px 12px; border-radius: 8px; background: var(--paper); white-space: pre-wrap;
  overflow-wrap: anywhere; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
@media (max-width: 520px) {
  body { padding: 12px 10px 40px; }
  section { padding: 14px 12px; }
  .photos { grid-template-columns: repeat(3, 1fr); gap: 12px 8px; }
  .photos.pairs { grid-template-columns: 1fr; }
  .photos.group { grid-template-columns: repeat(5, 1fr); gap: 4px; }
  .group .name { display: none; }
  .confusion.few td:not(.corner) { min-width: 70px; }
}
@media print {
  h2 { break-after: avoid; }
  .wide { overflow: visible; }
  .photos { grid-template-columns: repeat(6, 1fr); }
  .photos.pairs { grid-template-columns: repeat(3, 1fr); }
  .confusion.many th, .confusion.many td { padding: 2px 3px; font-size: 9px; }
}
)css";

std::string mistakes_section(const TrainingReport& report, const JudgedPhotos& photos, const std::vector<size_t>& worst,
                             const std::map<size_t, Thumbnail>& pictures) {
  const int64_t wrong = report.evaluation.count - report.evaluation.correct;
  if (wrong == 0) return section("The worst mistakes", "<p>It made none on these photos.</p>\n");
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
        "the photo is filed as, and grey ones for neither.";
  return section("The worst mistakes", "<p>" + words + "</p>\n" + gallery(report, photos, worst, pictures, true));
}

}  // namespace

std::string section(const std::string& title, const std::string& body) {
  return "<section>\n<h2>" + html_escaped(title) + "</h2>\n" + body + "</section>\n";
}

std::string training_report(const TrainingReport& report) {
  const JudgedPhotos photos = judge(report);
  const auto classes = static_cast<int64_t>(report.class_names.size());
  const auto drawn = examples(report, photos, kPhotos);
  const auto worst = worst_mistakes(photos, classes, kPhotos);
  const auto unsure = least_certain(photos, classes, kPhotos);
  std::vector<size_t> shown = drawn;
  shown.insert(shown.end(), worst.begin(), worst.end());
  shown.insert(shown.end(), unsure.begin(), unsure.end());
  const auto pictures = thumbnails(report, photos, shown, worst);
  std::string body = verdict(report);
  body += section("Some of its answers",
                  "<p>Drawn at random, the good and the bad.</p>\n" + gallery(report, photos, drawn, pictures, false));
  body += confusion_section(report);
  body += classes_section(report);
  body += mistakes_section(report, photos, worst, pictures);
  body += section("Where it is least certain",
                  "<p>Photos whose two most probable classes are nearest to each other.</p>\n" +
                      gallery(report, photos, unsure, pictures, false));
  body += groups_section(report);
  body += discrimination_section(report, photos);
  body += calibration_section(report, photos);
  body += abstention_section(report, photos);
  body += learning_curve_section(report);
  body += penalty_section(report);
  body += loss_section(report);
  body += facts_section(report);
  return html_page(report.title, body, std::string(kStyle) + kChartStyle);
}

}  // namespace pawprint
