#include "app/check/check_report.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "app/data/disjoint_sets.h"
#include "app/data/photo_list.h"

namespace pawprint {

namespace {

int64_t pixels_of(const CheckedPhoto& photo) { return photo.measures.size.width_px * photo.measures.size.height_px; }

// First the one to keep: of validation, whose photos finetune keeps out of training; then the largest; then by name.
PhotoGroup make_group(const std::vector<CheckedPhoto>& photos, std::vector<int64_t> members, double score) {
  std::stable_sort(members.begin(), members.end(), [&](int64_t a, int64_t b) {
    if (photos[a].validation != photos[b].validation) return photos[a].validation;
    return pixels_of(photos[a]) > pixels_of(photos[b]);
  });
  PhotoGroup group{std::move(members), false, false, true, score};
  const auto& first = photos[group.photos.front()];
  for (const int64_t member : group.photos) {
    group.across_classes |= photos[member].label != first.label;
    group.across_split |= photos[member].validation != first.validation;
    group.same_bytes &= photos[member].content == first.content;
  }
  return group;
}

// What misleads most first: other classes, then validation, then the number of copies.
void sort_groups(std::vector<PhotoGroup>& groups) {
  const auto weight = [](const PhotoGroup& g) { return std::tuple(g.across_classes, g.across_split, g.photos.size()); };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const PhotoGroup& a, const PhotoGroup& b) { return weight(a) > weight(b); });
}

}  // namespace

std::string CheckReport::name_of(int64_t photo) const { return in_data(photos[photo].path, data); }

std::vector<int64_t> CheckReport::count(int64_t label) const {
  std::vector<int64_t> count(2);
  for (const auto& photo : photos) {
    if (photo.label == label) ++count[photo.validation];
  }
  return count;
}

const char* CheckReport::part_of(int64_t photo) const { return photos[photo].validation ? "validation" : "training"; }

std::vector<PhotoGroup> find_duplicates(const std::vector<CheckedPhoto>& photos) {
  std::map<Sha256, std::vector<int64_t>> by_pixels;
  for (size_t i = 0; i < photos.size(); ++i) {
    if (photos[i].problem.empty()) by_pixels[photos[i].pixels].push_back(static_cast<int64_t>(i));
  }
  std::vector<PhotoGroup> groups;
  for (auto& [pixels, members] : by_pixels) {
    if (members.size() > 1) groups.push_back(make_group(photos, std::move(members), 1));
  }
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.photos < b.photos; });
  sort_groups(groups);
  return groups;
}

std::vector<PhotoGroup> join_pairs(const std::vector<CheckedPhoto>& photos, const std::vector<PhotoGroup>& duplicates,
                                   const std::vector<SimilarPair>& pairs) {
  DisjointSets sets(photos.size());
  std::set<int64_t> members;
  for (const auto& pair : pairs) {
    sets.join(pair.first, pair.second);
    members.insert({pair.first, pair.second});
  }
  std::map<int64_t, std::vector<int64_t>> by_root;
  std::map<int64_t, double> score;
  for (const int64_t member : members) by_root[sets.find(member)].push_back(member);
  for (const auto& pair : pairs) {
    const auto [found, is_new] = score.emplace(sets.find(pair.first), pair.similarity);
    found->second = std::min(found->second, pair.similarity);
  }
  for (const auto& group : duplicates) {
    const auto found = by_root.find(sets.find(group.photos.front()));
    if (found == by_root.end()) continue;
    found->second.insert(found->second.end(), group.photos.begin() + 1, group.photos.end());
  }
  std::vector<PhotoGroup> groups;
  for (auto& [root, list] : by_root) {
    std::sort(list.begin(), list.end());
    groups.push_back(make_group(photos, std::move(list), score[root]));
  }
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  sort_groups(groups);
  return groups;
}

std::vector<QualityFinding> find_quality_problems(const std::vector<CheckedPhoto>& photos) {
  std::vector<double> sharpness;
  for (const auto& photo : photos) {
    if (photo.problem.empty()) sharpness.push_back(photo.measures.sharpness);
  }
  const double limit = sharpness_limit(std::move(sharpness));
  std::vector<QualityFinding> all;
  for (size_t i = 0; i < photos.size(); ++i) {
    if (!photos[i].problem.empty()) continue;
    const auto number = static_cast<int64_t>(i);
    for (auto& finding : assess_quality(number, photos[i].measures, limit)) all.push_back(std::move(finding));
    const ImageFormat claimed = claimed_format(photos[i].path);
    if (claimed == ImageFormat::kUnknown || claimed == photos[i].format) continue;
    all.push_back({number, QualityProblem::kWrongType, 1,
                   std::string(format_name(photos[i].format)) + " named " + photos[i].path.extension().native()});
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  return all;
}

std::string fix_list(const CheckReport& report) {
  std::string text =
      "# Photos to leave out of training: pawprint finetune --exclude takes this list.\n"
      "# A path a line, relative to the data folder. Delete the lines of photos you want to keep.\n";
  std::set<int64_t> listed;
  const auto list = [&](int64_t photo) {
    if (listed.insert(photo).second) text += photo_list_line(report.photos[photo].path, report.data);
  };
  if (!report.unreadable.empty()) text += "\n# cannot be read\n";
  for (const int64_t photo : report.unreadable) list(photo);
  const auto list_groups = [&](const std::vector<PhotoGroup>& groups, const std::string& what) {
    for (const auto& group : groups) {
      // What is kept is named behind #, and may hold anything a comment cannot.
      std::string kept = photo_list_line(report.photos[group.photos.front()].path, report.data);
      text += group.across_classes ? "\n# " + what + " in several classes: which is right is not known\n"
                                   : "\n# " + what + " of " + kept;
      for (size_t i = group.across_classes ? 0 : 1; i < group.photos.size(); ++i) list(group.photos[i]);
    }
  };
  list_groups(report.duplicates, "duplicates");
  list_groups(report.near_duplicates, "near duplicates");
  bool first = true;
  for (const auto& issue : report.label_issues) {
    if (issue.score < kFixScore) break;
    if (first) text += "\n# labels in doubt, the most suspicious first\n";
    first = false;
    list(issue.photo);
  }
  return text;
}

}  // namespace pawprint
