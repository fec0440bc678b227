#include <cstdio>

#include "app/data/json_text.h"
#include "app/inspect/check_report.h"

namespace pawprint {

namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", value);
  return text;
}

const char* boolean(bool value) { return value ? "true" : "false"; }

// `"name": [` and its items, one a line.
template <class Items, class Write>
std::string list(const char* name, const Items& items, Write write) {
  std::string text = ",\n \"" + std::string(name) + "\": [";
  bool first = true;
  for (const auto& item : items) {
    text += std::string(first ? "" : ",") + "\n  {" + write(item) + '}';
    first = false;
  }
  return text + (first ? "]" : "\n ]");
}

// What all lists say of a photo.
std::string about(const CheckReport& report, int64_t photo, const std::string& suggested, double score) {
  return "\"path\": " + json_string(report.photos[photo].path.native()) +
         ", \"given\": " + json_string(report.class_of(photo)) + ", \"suggested\": " + suggested +
         ", \"score\": " + number(score);
}

std::string group_json(const CheckReport& report, const PhotoGroup& group) {
  std::string text = about(report, group.photos.front(), "null", group.score);
  text += std::string(", \"across_classes\": ") + boolean(group.across_classes) +
          ", \"across_split\": " + boolean(group.across_split) + ", \"same_bytes\": " + boolean(group.same_bytes) +
          ", \"photos\": [";
  for (size_t i = 0; i < group.photos.size(); ++i) {
    const int64_t photo = group.photos[i];
    text += std::string(i == 0 ? "" : ", ") + "{\"path\": " + json_string(report.photos[photo].path.native()) +
            ", \"given\": " + json_string(report.class_of(photo)) + ", \"part\": \"" + report.part_of(photo) + "\"}";
  }
  return text + ']';
}

std::string class_json(const CheckReport& report, int64_t label) {
  const auto count = report.count(label);
  return "\"name\": " + json_string(report.class_names[label]) + ", \"training\": " + std::to_string(count[0]) +
         ", \"validation\": " + std::to_string(count[1]);
}

}  // namespace

std::string check_json(const CheckReport& report) {
  std::string text = "{\n \"data\": " + json_string(report.data.native()) +
                     ",\n \"layout\": " + json_string(report.layout) +
                     ",\n \"photos\": " + std::to_string(report.photos.size()) +
                     ",\n \"readable\": " + std::to_string(report.photos.size() - report.unreadable.size()) +
                     ",\n \"ignored_files\": " + std::to_string(report.ignored_files);
  std::vector<int64_t> labels;
  for (size_t c = 0; c < report.class_names.size(); ++c) labels.push_back(static_cast<int64_t>(c));
  text += list("classes", labels, [&](int64_t label) { return class_json(report, label); });
  text += list("unreadable", report.unreadable, [&](int64_t photo) {
    return about(report, photo, "null", 1) + ", \"reason\": " + json_string(report.photos[photo].problem);
  });
  text += list("quality", report.quality, [&](const QualityFinding& finding) {
    return about(report, finding.photo, "null", finding.score) + ", \"problem\": \"" + problem_name(finding.problem) +
           "\", \"reason\": " + json_string(finding.reason);
  });
  const auto group = [&](const PhotoGroup& g) { return group_json(report, g); };
  text += list("duplicates", report.duplicates, group);
  text += list("near_duplicates", report.near_duplicates, group);
  text += list("label_issues", report.label_issues, [&](const DoubtfulLabel& issue) {
    return about(report, issue.photo, json_string(report.class_names[issue.suggested]), issue.score);
  });
  text += ",\n \"labels_unchecked\": ";
  return text + (report.labels_unchecked.empty() ? "null" : json_string(report.labels_unchecked)) + "\n}\n";
}

}  // namespace pawprint
