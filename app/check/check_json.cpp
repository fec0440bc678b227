#include <cmath>
#include <nlohmann/json.hpp>

#include "app/check/check_report.h"
#include "app/data/json_escape.h"

namespace pawprint {

namespace {

using Json = nlohmann::ordered_json;

template <class Items, class Write>
Json list(const Items& items, Write write) {
  Json out = Json::array();
  for (const auto& item : items) out.push_back(write(item));
  return out;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

// What all lists say of a photo.
Json about(const CheckReport& report, int64_t photo, double score, const std::string& suggested = "") {
  return {{"path", report.photos[photo].path.native()},
          {"given", report.class_of(photo)},
          {"suggested", text_or_null(suggested)},
          {"score", std::round(score * 1e4) / 1e4}};
}

Json class_json(const CheckReport& report, int64_t label) {
  const auto count = report.count(label);
  return {{"name", report.class_names[label]}, {"training", count[0]}, {"validation", count[1]}};
}

Json quality_json(const CheckReport& report, const QualityFinding& finding) {
  Json json = about(report, finding.photo, finding.score);
  json["problem"] = problem_name(finding.problem);
  json["reason"] = finding.reason;
  return json;
}

Json group_json(const CheckReport& report, const PhotoGroup& group) {
  Json json = about(report, group.photos.front(), group.score);
  json["across_classes"] = group.across_classes;
  json["across_split"] = group.across_split;
  json["same_bytes"] = group.same_bytes;
  json["photos"] = list(group.photos, [&](int64_t photo) {
    return Json{{"path", report.photos[photo].path.native()},
                {"given", report.class_of(photo)},
                {"part", report.part_of(photo)}};
  });
  return json;
}

}  // namespace

std::string check_json(const CheckReport& report) {
  Json json = {{"data", report.data.native()},          {"layout", report.layout},
               {"photos", report.photos.size()},        {"readable", report.photos.size() - report.unreadable.size()},
               {"ignored_files", report.ignored_files}, {"classes", Json::array()}};
  for (size_t c = 0; c < report.class_names.size(); ++c)
    json["classes"].push_back(class_json(report, static_cast<int64_t>(c)));
  json["unreadable"] = list(report.unreadable, [&](int64_t photo) {
    Json unreadable = about(report, photo, 1);
    unreadable["reason"] = report.photos[photo].problem;
    return unreadable;
  });
  const auto group = [&](const PhotoGroup& g) { return group_json(report, g); };
  json["quality"] = list(report.quality, [&](const QualityFinding& found) { return quality_json(report, found); });
  json["duplicates"] = list(report.duplicates, group);
  json["near_duplicates"] = list(report.near_duplicates, group);
  json["label_issues"] = list(report.label_issues, [&](const DoubtfulLabel& issue) {
    return about(report, issue.photo, issue.score, report.class_names[issue.suggested]);
  });
  json["labels_unchecked"] = text_or_null(report.labels_unchecked);
  return json_text(json, 2) + "\n";
}

}  // namespace pawprint
