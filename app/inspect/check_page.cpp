#include "app/inspect/check_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "app/report/html.h"

namespace pawprint {

namespace {

// Groups and pictures of them together stay under kMostPictures.
constexpr size_t kMostOfGroup = 6;

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
    pictures += std::min(group.photos.size(), kMostOfGroup);
    if (pictures > kMostPictures) break;
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

class Page {
 public:
  Page(const CheckReport& report, const std::map<int64_t, std::string>& pictures)
      : report_(report), pictures_(pictures) {}

  std::string whole() {
    const std::string name = report_.data.lexically_normal().native();
    body_ = "<h1>What is wrong with " + html_escaped(name) + "</h1>\n<p class=\"lead\">" +
            counted(report_.photos.size(), "photo") + " of " + std::to_string(report_.class_names.size()) +
            (report_.class_names.size() == 1 ? " class" : " classes") + ". Nothing was changed.</p>\n";
    summary();
    classes();
    labels();
    groups("duplicates", "Duplicates", "Photos whose pixels are equal.", report_.duplicates);
    groups("near-duplicates", "Near duplicates",
           "Photos that show the same, but encoded again, resized, cut or mirrored.", report_.near_duplicates);
    quality();
    unreadable();
    return html_page("pawprint check: " + name, body_);
  }

 private:
  void summary() {
    const auto row = [&](const std::string& id, const std::string& title, size_t count, const std::string& unit) {
      const std::string text = html_escaped(title);
      body_ += "<tr><td>" + (count > 0 ? "<a href=\"#" + id + "\">" + text + "</a>" : text) +
               "</td><td class=\"number\">" + std::to_string(count) + "</td><td class=\"quiet\">" + unit +
               "</td></tr>\n";
    };
    body_ += "<section>\n<h2>Summary</h2>\n<table>\n";
    row("labels", "Doubtful labels", report_.label_issues.size(),
        report_.labels_unchecked.empty() ? "photos" : "not looked for");
    row("duplicates", "Duplicates", report_.duplicates.size(), "groups");
    row("near-duplicates", "Near duplicates", report_.near_duplicates.size(), "groups");
    for (int p = 0; p < kQualityProblems; ++p)
      row(problem_name(static_cast<QualityProblem>(p)), title_of(p), of_problem(report_, p).size(), "photos");
    row("unreadable", "Unreadable", report_.unreadable.size(), "photos");
    body_ += "</table>\n";
    if (!report_.labels_unchecked.empty())
      body_ += "<p>Labels were not looked at: " + html_escaped(report_.labels_unchecked) + ".</p>\n";
    body_ += "</section>\n";
  }

  void classes() {
    int64_t most = 1;
    for (size_t c = 0; c < report_.class_names.size(); ++c) {
      const auto count = report_.count(static_cast<int64_t>(c));
      most = std::max(most, count[0] + count[1]);
    }
    body_ +=
        "<section>\n<h2>Classes</h2>\n<div class=\"wide\"><table>\n<tr><th>class</th><th class=\"number\">photos</th>";
    if (report_.has_validation) body_ += "<th class=\"number\">training</th><th class=\"number\">validation</th>";
    body_ += "<th></th></tr>\n";
    for (size_t c = 0; c < report_.class_names.size(); ++c) {
      const auto count = report_.count(static_cast<int64_t>(c));
      const int64_t all = count[0] + count[1];
      const auto cell = [&](int64_t n) { body_ += "<td class=\"number\">" + std::to_string(n) + "</td>"; };
      body_ += "<tr><td>" + html_escaped(report_.class_names[c]) + "</td>";
      cell(all);
      if (report_.has_validation) cell(count[0]), cell(count[1]);
      const auto width = std::to_string(std::lround(160.0 * static_cast<double>(all) / static_cast<double>(most)));
      body_ += "<td><svg width=\"160\" height=\"14\" viewBox=\"0 0 160 14\" role=\"img\" aria-label=\"" +
               std::to_string(all) + " photos\"><rect width=\"" + width +
               "\" height=\"14\" rx=\"3\" fill=\"var(--blue)\"/></svg></td></tr>\n";
    }
    body_ += "</table></div>\n</section>\n";
  }

  void begin(const std::string& id, const std::string& title, size_t count, const std::string& what) {
    body_ +=
        "<section id=\"" + id + "\">\n<h2>" + title + ": " + std::to_string(count) + "</h2>\n<p>" + what + "</p>\n";
  }

  void end(size_t shown, size_t all, const std::string& noun) {
    if (shown < all) body_ += "<p class=\"quiet\">" + std::to_string(all - shown) + " more " + noun + "</p>\n";
    body_ += "</section>\n";
  }

  // said: HTML
  std::string figure(int64_t photo, const std::string& said) const {
    const std::string name = html_escaped(report_.name_of(photo));
    const auto picture = pictures_.find(photo);
    std::string text = "<figure>";
    if (picture != pictures_.end()) text += "<img src=\"" + picture->second + "\" alt=\"" + name + "\">";
    return text + "<figcaption>" + said + (said.empty() ? "" : "<br>") + name + "</figcaption></figure>\n";
  }

  void labels() {
    const auto& issues = report_.label_issues;
    if (issues.empty()) return;
    begin(
        "labels", "Doubtful labels", issues.size(),
        "Networks taught on the other photos say something else. The number, at most 1, is how much more probable they "
        "find it; from " +
            two_digits(kFixScore) + " on a photo stands in the fix list.");
    body_ += "<div class=\"gallery\">\n";
    for (size_t i = 0; i < std::min(issues.size(), kMostPictures); ++i)
      body_ +=
          figure(issues[i].photo, "<b>" + html_escaped(report_.class_of(issues[i].photo)) + "?</b> looks like <b>" +
                                      html_escaped(report_.class_names[issues[i].suggested]) + "</b> " +
                                      two_digits(issues[i].score));
    body_ += "</div>\n";
    end(std::min(issues.size(), kMostPictures), issues.size(), "photos");
  }

  void groups(const std::string& id, const std::string& title, const std::string& what,
              const std::vector<PhotoGroup>& all) {
    if (all.empty()) return;
    begin(id, title, all.size(), what + " The first of a group is the one to keep, unless their classes differ.");
    const size_t shown = groups_shown(all);
    body_ += "<div class=\"charts\">\n";  // pairs side by side
    for (size_t g = 0; g < shown; ++g) {
      const auto& group = all[g];
      std::string heading = counted(group.photos.size(), "photo");
      if (group.across_classes) heading += " in several classes";
      if (group.across_split)
        heading += group.across_classes ? ", in training and validation" : " in training and validation";
      body_ += "<div>\n<h3>" + heading + "</h3>\n<div class=\"gallery\">\n";
      for (size_t i = 0; i < std::min(group.photos.size(), kMostOfGroup); ++i) {
        const auto& size = report_.photos[group.photos[i]].measures.size;
        body_ += figure(group.photos[i],
                        std::to_string(size.width_px) + " x " + std::to_string(size.height_px) +
                            (report_.has_validation ? std::string(", ") + report_.part_of(group.photos[i]) : ""));
      }
      body_ += "</div>\n";
      if (group.photos.size() > kMostOfGroup)
        body_ +=
            "<p class=\"quiet\">" + std::to_string(group.photos.size() - kMostOfGroup) + " more of this group</p>\n";
      body_ += "</div>\n";
    }
    body_ += "</div>\n";
    end(shown, all.size(), "groups");
  }

  void quality() {
    for (int p = 0; p < kQualityProblems; ++p) {
      const auto found = of_problem(report_, p);
      if (found.empty()) continue;
      body_ += "<section id=\"" + std::string(problem_name(static_cast<QualityProblem>(p))) + "\">\n<h2>" +
               title_of(p) + ": " + std::to_string(found.size()) + "</h2>\n<div class=\"gallery\">\n";
      for (size_t i = 0; i < std::min(found.size(), kMostPictures); ++i)
        body_ += figure(found[i].photo, html_escaped(found[i].reason));
      body_ += "</div>\n";
      end(std::min(found.size(), kMostPictures), found.size(), "photos");
    }
  }

  void unreadable() {
    const auto& list = report_.unreadable;
    if (list.empty()) return;
    begin("unreadable", "Unreadable", list.size(), "<code>finetune</code> skips them.");
    body_ += "<div class=\"gallery\">\n";
    for (size_t i = 0; i < std::min(list.size(), kMostPictures); ++i)
      body_ += figure(list[i], "<b>" + html_escaped(report_.photos[list[i]].problem) + "</b>");
    body_ += "</div>\n";
    end(std::min(list.size(), kMostPictures), list.size(), "photos");
  }

  const CheckReport& report_;
  const std::map<int64_t, std::string>& pictures_;
  std::string body_;
};

}  // namespace

std::vector<int64_t> photos_on_page(const CheckReport& report) {
  std::set<int64_t> photos;
  for (size_t i = 0; i < std::min(report.label_issues.size(), kMostPictures); ++i)
    photos.insert(report.label_issues[i].photo);
  for (const auto* groups : {&report.duplicates, &report.near_duplicates}) {
    for (size_t g = 0; g < groups_shown(*groups); ++g) {
      const auto& members = (*groups)[g].photos;
      photos.insert(members.begin(),
                    members.begin() + static_cast<std::ptrdiff_t>(std::min(members.size(), kMostOfGroup)));
    }
  }
  for (int p = 0; p < kQualityProblems; ++p) {
    const auto found = of_problem(report, p);
    for (size_t i = 0; i < std::min(found.size(), kMostPictures); ++i) photos.insert(found[i].photo);
  }
  return {photos.begin(), photos.end()};
}

std::string check_page(const CheckReport& report, const std::map<int64_t, std::string>& pictures) {
  return Page(report, pictures).whole();
}

}  // namespace pawprint
