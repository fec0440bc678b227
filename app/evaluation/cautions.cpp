#include "app/evaluation/cautions.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "models/base/error.h"

namespace pawprint {

namespace {

std::string count_of(int64_t count, const std::string& one) {
  return std::to_string(count) + ' ' + one + (count == 1 ? "" : "s");
}

std::string percent_of(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

// Classes measured on so few photos that one more mistake moves their figures by percents.
std::string few_measured(const Evaluation& e, const std::vector<std::string>& names) {
  if (e.count < kFewestForFigure)
    return count_of(e.count, "photo") + " to measure on: too few for any figure; add photos, or raise --val-fraction";
  const auto min = std::min_element(e.per_class.begin(), e.per_class.end(),
                                    [](const auto& a, const auto& b) { return a.support < b.support; });
  const auto few = std::count_if(e.per_class.begin(), e.per_class.end(),
                                 [](const auto& figures) { return figures.support < kFewestOfClass; });
  if (few == 0) return "";
  return "fewer than " + std::to_string(kFewestOfClass) + " photos to measure on in " + std::to_string(few) + " of " +
         std::to_string(names.size()) + " classes, the fewest " + std::to_string(min->support) + " of " +
         in_quotes(names[static_cast<size_t>(min - e.per_class.begin())]) + ": figures of single classes say little";
}

std::string hardly_there(const Evaluation& e, const std::vector<std::string>& names,
                         const std::vector<int64_t>& counts) {
  constexpr int64_t kFew = 10;
  constexpr int64_t kTimes = 10;  // so many times as many in the largest class
  if (counts.empty()) return "";
  const int64_t max = *std::max_element(counts.begin(), counts.end());
  if (max < 2 * kFew) return "";  // all are few
  std::string list;
  int64_t classes = 0;
  for (size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] >= kFew && counts[c] * kTimes >= max) continue;
    if (++classes <= 3)
      list += (list.empty() ? "" : ", ") + in_quotes(names[c]) + " (" + std::to_string(counts[c]) + ')';
  }
  if (classes == 0) return "";
  if (classes > 3) list += " and " + std::to_string(classes - 3) + " more";
  const auto total = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  const auto largest = std::max_element(e.per_class.begin(), e.per_class.end(),
                                        [](const auto& x, const auto& y) { return x.support < y.support; });
  return "hardly there among " + count_of(total, "training photo") + ": " + list +
         "; look at their recall: always saying " +
         in_quotes(names[static_cast<size_t>(largest - e.per_class.begin())]) + " is right on " +
         percent_of(e.majority_baseline);
}

std::string doubtful_labels(const Evaluation& e, const Circumstances& known) {
  constexpr double kMany = 0.03;
  constexpr double kGood = 0.8;  // who is often wrong cannot tell that a label is
  if (e.accuracy < kGood) return "";
  const auto total = std::accumulate(known.training_of_class.begin(), known.training_of_class.end(), int64_t{0});
  if (static_cast<double>(known.doubtful_labels) < kMany * static_cast<double>(total) || known.doubtful_labels < 3)
    return "";
  return std::to_string(known.doubtful_labels) + " of " + count_of(total, "training label") +
         " look wrong; if validation labels are as bad, the figures are too low: see `pawprint check`";
}

std::string too_alike(const Circumstances& known, const std::vector<std::string>& names) {
  std::string list;
  for (size_t i = 0; i < std::min<size_t>(known.too_alike.size(), 3); ++i)
    list += (i == 0 ? "" : ", ") + in_quotes(names[static_cast<size_t>(known.too_alike[i])]);
  if (known.too_alike.size() > 3) list += " and " + std::to_string(known.too_alike.size() - 3) + " more";
  return "nearly all photos look alike, or follow each other, in " + list +
         ": they are on both sides; if they show few things or moments the figures flatter: say which belong together "
         "with --group-from-path";
}

}  // namespace

std::vector<std::string> cautions(const Evaluation& evaluation, const std::vector<std::string>& class_names,
                                  const Circumstances& known) {
  std::vector<std::string> all = {few_measured(evaluation, class_names),
                                  hardly_there(evaluation, class_names, known.training_of_class),
                                  doubtful_labels(evaluation, known)};
  if (known.excluded_validation > 0)
    all.push_back(count_of(known.excluded_validation, "photo") +
                  " of the list of excluded ones are measured on, too: the list may not make the figures better");
  if (known.relabeled_measured > 0)
    all.push_back(count_of(known.relabeled_measured, "photo") +
                  " measured on with corrected labels: if only mistakes were looked at, the figures flatter");
  if (known.related_training > 0)
    all.push_back(count_of(known.related_training, "training photo") +
                  " show the same moment as validation photos, or one of their group, and are too many to be left out: "
                  "the figures flatter; let the split be drawn, or split by group");
  if (known.relatives > 0)
    all.push_back(count_of(known.relatives, "training photo") +
                  " show the same moment as validation photos, or one of their group: left out while measuring");
  if (known.timed && *known.timed == 0 && !known.grouped)
    all.emplace_back(
        "no photo says when it was taken, so shots of one animal, person or place may be on both sides, which "
        "flatters: if file names tell which belong together, give --group-from-path");
  if (!known.too_alike.empty()) all.push_back(too_alike(known, class_names));
  if (known.other_colors > 0)
    all.push_back(count_of(known.other_colors, "photo") +
                  " have a color profile other than sRGB (Display P3, say), which is ignored: where colors matter, or "
                  "photos of another kind are to be classified, train with --colour managed");
  if (!known.cross_validated) {
    all.emplace_back(
        "most training photos are the only group (or photo) of their class: penalty and temperature could not be "
        "chosen by photos that were held out; add photos of other moments");
  } else if (known.unscored > 0) {
    all.push_back(count_of(known.unscored, "training photo") +
                  " are the only group (or photo) of their class: cross-validation does without them");
  }
  std::erase(all, "");
  return all;
}

}  // namespace pawprint
