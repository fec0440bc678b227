#include <algorithm>
#include <cstdio>

#include "app/base/format.h"
#include "app/check/check_report.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr size_t kMaxShown = 5;
constexpr size_t kMaxClasses = 20;

class Writer {
 public:
  explicit Writer(const CheckReport& report) : report_(report) {}

  // A line for each of the first few, and how many more there are.
  template <class Items, class Line>
  void some(const Items& items, const std::string& indent, Line line) {
    for (size_t i = 0; i < std::min(items.size(), kMaxShown); ++i) text += indent + line(items[i]) + '\n';
    if (items.size() > kMaxShown) text += indent + "and " + std::to_string(items.size() - kMaxShown) + " more\n";
  }

  std::string photo(int64_t number) const { return in_quotes(report_.name_of(number)); }

  void classes() {
    size_t width = 5;
    for (const auto& name : report_.class_names) width = std::max(width, std::min<size_t>(name.size(), 30));
    const int w = static_cast<int>(width);
    line("%-*s  %8s  %6s%s\n", w, "class", "photos", "share", report_.has_validation ? "  training  validation" : "");
    for (size_t c = 0; c < std::min(report_.class_names.size(), kMaxClasses); ++c) {
      const auto count = report_.count(static_cast<int64_t>(c));
      const int64_t all = count[0] + count[1];
      line("%-*.*s  %8ld  %4.0f %%", w, w, report_.class_names[c].c_str(), all,
           100.0 * static_cast<double>(all) / static_cast<double>(report_.photos.size()));
      if (report_.has_validation) line("  %8ld  %10ld", count[0], count[1]);
      text += '\n';
    }
    if (report_.class_names.size() > kMaxClasses)
      text += "and " + std::to_string(report_.class_names.size() - kMaxClasses) + " more\n";
  }

  void balance() {
    constexpr double kUneven = 3;
    int64_t min = report_.count(0)[0], max = min;
    size_t smallest = 0, largest = 0;
    for (size_t c = 1; c < report_.class_names.size(); ++c) {
      const int64_t count = report_.count(static_cast<int64_t>(c))[0];
      if (count < min) min = count, smallest = c;
      if (count > max) max = count, largest = c;
    }
    if (static_cast<double>(max) <= kUneven * static_cast<double>(min)) return;
    line("uneven: %.1f times as many %s as %s in training; add photos, or train with --class-weights balanced\n",
         static_cast<double>(max) / static_cast<double>(std::max<int64_t>(min, 1)),
         in_quotes(report_.class_names[largest]).c_str(), in_quotes(report_.class_names[smallest]).c_str());
  }

  void quality() {
    line("\npoor quality      %zu\n", report_.quality.size());
    for (int p = 0; p < kQualityProblems; ++p) {
      const auto problem = static_cast<QualityProblem>(p);
      std::vector<QualityFinding> found;
      std::copy_if(report_.quality.begin(), report_.quality.end(), std::back_inserter(found),
                   [&](const QualityFinding& f) { return f.problem == problem; });
      if (found.empty()) continue;
      line("  %s: %zu\n", problem_title(problem), found.size());
      some(found, "    ", [&](const QualityFinding& f) { return photo(f.photo) + ": " + f.reason; });
    }
  }

  void groups(const char* title, const std::vector<PhotoGroup>& groups) {
    size_t classes = 0, split = 0;
    for (const auto& group : groups) classes += group.across_classes, split += group.across_split;
    line("\n%-16s  %s", title, counted(static_cast<int64_t>(groups.size()), "group").c_str());
    if (!groups.empty()) line(", %zu across classes", classes);
    if (!groups.empty() && report_.has_validation) line(", %zu across training and validation", split);
    text += '\n';
    some(groups, "  ", [&](const PhotoGroup& group) {
      std::string members;
      for (size_t i = 0; i < std::min(group.photos.size(), kMaxShown); ++i)
        members += (i == 0 ? "" : " = ") + photo(group.photos[i]);
      if (group.photos.size() > kMaxShown)
        members += " and " + std::to_string(group.photos.size() - kMaxShown) + " more";
      return members + (group.across_classes ? "  (several classes)" : "") +
             (group.across_split ? "  (training and validation)" : "");
    });
  }

  void labels() {
    if (!report_.labels_unchecked.empty()) {
      line("\ndoubtful labels   not looked for: %s\n", report_.labels_unchecked.c_str());
      return;
    }
    line("\ndoubtful labels   %zu\n", report_.label_issues.size());
    some(report_.label_issues, "  ", [&](const DoubtfulLabel& issue) {
      char score[16];
      std::snprintf(score, sizeof score, "%5.2f  ", issue.score);
      return score + photo(issue.photo) + ": labeled " + in_quotes(report_.class_of(issue.photo)) + ", looks like " +
             in_quotes(report_.class_names[issue.suggested]);
    });
  }

  template <class... Values>
  void line(const char* format, Values... values) {
    const int length = std::snprintf(nullptr, 0, format, values...);
    std::string piece(static_cast<size_t>(length) + 1, '\0');
    std::snprintf(piece.data(), piece.size(), format, values...);
    piece.pop_back();
    text += piece;
  }

  std::string text;

 private:
  const CheckReport& report_;
};

}  // namespace

std::string check_text(const CheckReport& report, bool has_page) {
  Writer writer(report);
  writer.classes();
  writer.balance();
  writer.line("\nunreadable        %zu\n", report.unreadable.size());
  writer.some(report.unreadable, "  ",
              [&](int64_t photo) { return writer.photo(photo) + ": " + report.photos[photo].problem; });
  writer.quality();
  writer.groups("duplicates", report.duplicates);
  writer.groups("near duplicates", report.near_duplicates);
  writer.labels();
  const bool clean = report.unreadable.empty() && report.quality.empty() && report.duplicates.empty() &&
                     report.near_duplicates.empty() && report.label_issues.empty();
  if (!has_page && !clean)
    writer.text += "\n--out DIR writes a page with the pictures, --json all of it; --fix-list FILE what to leave out\n";
  return writer.text;
}

}  // namespace pawprint
