#include "app/check/check_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "app/base/format.h"
#include "app/report/correctable.h"
#include "app/report/html.h"

namespace pawprint {

namespace {

// Groups and pictures of them together stay under kMaxPictures.
constexpr size_t kMaxOfGroup = 6;

std::vector<QualityFinding> of_problem(const CheckReport& report, int problem) {
  std::vector<QualityFinding> found;
  std::copy_if(report.quality.begin(), report.quality.end(), std::back_inserter(found),
               [&](const QualityFinding& f) { return static_cast<int>(f.problem) == problem; });
  return found;
}

// How many of the groups fit into a gallery.
size_t groups_shown(const std::vector<PhotoGroup>& groups) {
  size_t pictures = 0, shown = 0;
  for (const auto& group : groups) {
    pictures += std::min(group.photos.size(), kMaxOfGroup);
    if (pictures > kMaxPictures) break;
    ++shown;
  }
  return shown;
}

std::string title_of(int problem) {
  std::string title = problem_title(static_cast<QualityProblem>(problem));
  title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

std::string two_digits(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

using Pictures = std::map<int64_t, std::string>;

Html number_cell(int64_t n) { return element("td.number", std::to_string(n)); }

// A gallery's photo, what is said of it, and a class that it may be instead.
struct Figure {
  int64_t photo;
  Html said;
  int64_t suggested = -1;
};
using Figures = std::vector<Figure>;

Html gallery(const CheckReport& report, const Pictures& pictures, const Figures& figures) {
  Html out;
  for (const auto& [photo, said, suggested] : figures) {
    const std::string name = report.name_of(photo);
    const auto picture = pictures.find(photo);
    out += element("figure", correctable(report.photos[photo].path, report.data, report.photos[photo].label, suggested),
                   picture == pictures.end() ? Html() : element("img", {{"src", picture->second}, {"alt", name}}),
                   element("figcaption", said, said.empty() ? Html() : element("br"), name));
  }
  return element("div.gallery", out);
}

Html more(size_t shown, size_t all, const std::string& noun) {
  return shown < all ? element("p.quiet", std::to_string(all - shown) + " more " + noun) : Html();
}

Html counted_section(std::string_view id, const std::string& title, size_t count, const Html& body) {
  return section(title + ": " + std::to_string(count), body, id);
}

Html summary(const CheckReport& report) {
  Html rows;
  const auto row = [&](const std::string& id, const std::string& title, size_t count, const std::string& unit) {
    rows += element("tr", element("td", count > 0 ? element("a", {{"href", "#" + id}}, title) : Html(title)),
                    number_cell(static_cast<int64_t>(count)), element("td.quiet", unit));
  };
  row("labels", "Doubtful labels", report.label_issues.size(),
      report.labels_unchecked.empty() ? "photos" : "not looked for");
  row("duplicates", "Duplicates", report.duplicates.size(), "groups");
  row("near-duplicates", "Near duplicates", report.near_duplicates.size(), "groups");
  for (int p = 0; p < kQualityProblems; ++p)
    row(problem_name(static_cast<QualityProblem>(p)), title_of(p), of_problem(report, p).size(), "photos");
  row("unreadable", "Unreadable", report.unreadable.size(), "photos");
  Html body = element("table", rows);
  if (!report.labels_unchecked.empty())
    body += element("p", "Labels were not looked at: " + report.labels_unchecked + ".");
  return section("Summary", body);
}

Html class_row(const CheckReport& report, int64_t label, int64_t max) {
  const auto count = report.count(label);
  const int64_t all = count[0] + count[1];
  const auto width = std::lround(160.0 * static_cast<double>(all) / static_cast<double>(max));
  Html cells = element("td", report.class_names[label]) + number_cell(all);
  if (report.has_validation) cells += number_cell(count[0]) + number_cell(count[1]);
  const Attributes size = {{"width", "160"},
                           {"height", "14"},
                           {"viewBox", "0 0 160 14"},
                           {"role", "img"},
                           {"aria-label", std::to_string(all) + " photos"}};
  const Attributes bar = {{"width", std::to_string(width)}, {"height", "14"}, {"rx", "3"}, {"fill", "var(--blue)"}};
  return element("tr", cells, element("td", element("svg", size, element("rect", bar))));
}

Html classes(const CheckReport& report) {
  const auto classes = static_cast<int64_t>(report.class_names.size());
  int64_t max = 1;
  for (int64_t c = 0; c < classes; ++c) max = std::max(max, report.count(c)[0] + report.count(c)[1]);
  Html head = element("th", "class") + element("th.number", "photos");
  if (report.has_validation) head += element("th.number", "training") + element("th.number", "validation");
  Html rows = element("tr", head, element("td"));
  for (int64_t c = 0; c < classes; ++c) rows += class_row(report, c, max);
  return section("Classes", element("div.wide", element("table", rows)));
}

Html labels(const CheckReport& report, const Pictures& pictures) {
  const auto& issues = report.label_issues;
  if (issues.empty()) return {};
  Figures figures;
  for (size_t i = 0; i < std::min(issues.size(), kMaxPictures); ++i)
    figures.push_back({issues[i].photo,
                       element("b", report.class_of(issues[i].photo) + "?") + " looks like " +
                           element("b", report.class_names[issues[i].suggested]) + " " + two_digits(issues[i].score),
                       issues[i].suggested});
  const Html words = element(
      "p",
      "Networks taught on the other photos say something else. The number, at most 1, is how much more probable "
      "they find it; from ",
      two_digits(kFixScore), " on a photo is in the fix list.");
  return counted_section("labels", "Doubtful labels", issues.size(),
                         words + gallery(report, pictures, figures) + more(figures.size(), issues.size(), "photos"));
}

Html group_gallery(const CheckReport& report, const Pictures& pictures, const PhotoGroup& group) {
  std::string heading = counted(static_cast<int64_t>(group.photos.size()), "photo");
  if (group.across_classes) heading += " in several classes";
  if (group.across_split)
    heading += group.across_classes ? ", in training and validation" : " in training and validation";
  Figures figures;
  for (size_t i = 0; i < std::min(group.photos.size(), kMaxOfGroup); ++i) {
    const auto& size = report.photos[group.photos[i]].measures.size;
    figures.push_back(
        {group.photos[i], std::to_string(size.width_px) + " x " + std::to_string(size.height_px) +
                              (report.has_validation ? std::string(", ") + report.part_of(group.photos[i]) : "")});
  }
  return element("div", element("h3", heading), gallery(report, pictures, figures),
                 more(figures.size(), group.photos.size(), "of this group"));
}

Html groups(const CheckReport& report, const Pictures& pictures, const std::vector<PhotoGroup>& all,
            std::string_view id, const std::string& title, const std::string& what) {
  if (all.empty()) return {};
  const size_t shown = groups_shown(all);
  Html galleries;
  for (size_t g = 0; g < shown; ++g) galleries += group_gallery(report, pictures, all[g]);
  return counted_section(id, title, all.size(),
                         element("p", what, " The first of a group is the one to keep, unless their classes differ.") +
                             element("div.charts", galleries) +  // pairs side by side
                             more(shown, all.size(), "groups"));
}

Html quality(const CheckReport& report, const Pictures& pictures, int problem) {
  const auto found = of_problem(report, problem);
  if (found.empty()) return {};
  Figures figures;
  for (size_t i = 0; i < std::min(found.size(), kMaxPictures); ++i)
    figures.push_back({found[i].photo, found[i].reason});
  return counted_section(problem_name(static_cast<QualityProblem>(problem)), title_of(problem), found.size(),
                         gallery(report, pictures, figures) + more(figures.size(), found.size(), "photos"));
}

Html unreadable(const CheckReport& report, const Pictures& pictures) {
  const auto& list = report.unreadable;
  if (list.empty()) return {};
  Figures figures;
  for (size_t i = 0; i < std::min(list.size(), kMaxPictures); ++i)
    figures.push_back({list[i], element("b", report.photos[list[i]].problem)});
  return counted_section("unreadable", "Unreadable", list.size(),
                         element("p", element("code", "finetune"), " skips them.") +
                             gallery(report, pictures, figures) + more(figures.size(), list.size(), "photos"));
}

}  // namespace

std::vector<int64_t> photos_on_page(const CheckReport& report) {
  std::set<int64_t> photos;
  for (size_t i = 0; i < std::min(report.label_issues.size(), kMaxPictures); ++i)
    photos.insert(report.label_issues[i].photo);
  for (const auto* groups : {&report.duplicates, &report.near_duplicates}) {
    for (size_t g = 0; g < groups_shown(*groups); ++g) {
      const auto& members = (*groups)[g].photos;
      photos.insert(members.begin(),
                    members.begin() + static_cast<std::ptrdiff_t>(std::min(members.size(), kMaxOfGroup)));
    }
  }
  for (int p = 0; p < kQualityProblems; ++p) {
    const auto found = of_problem(report, p);
    for (size_t i = 0; i < std::min(found.size(), kMaxPictures); ++i) photos.insert(found[i].photo);
  }
  return {photos.begin(), photos.end()};
}

std::string check_page(const CheckReport& report, const std::map<int64_t, std::string>& pictures) {
  const std::string name = report.data.lexically_normal().native();
  Html body =
      element("h1", "What is wrong with " + name) +
      element("p.lead", counted(static_cast<int64_t>(report.photos.size()), "photo") + " of " +
                            std::to_string(report.class_names.size()) +
                            (report.class_names.size() == 1 ? " class" : " classes") + ". Nothing was changed.");
  body += summary(report) + classes(report) + labels(report, pictures);
  body += groups(report, pictures, report.duplicates, "duplicates", "Duplicates", "Photos whose pixels are equal.");
  body += groups(report, pictures, report.near_duplicates, "near-duplicates", "Near duplicates",
                 "Photos that show the same, but encoded again, resized, cut or mirrored.");
  for (int p = 0; p < kQualityProblems; ++p) body += quality(report, pictures, p);
  body += unreadable(report, pictures);
  body += corrections_bar(report.class_names, Corrects::kData);
  return html_page("pawprint check: " + name, body, {"corrections.css", "corrections.js"});
}

}  // namespace pawprint
