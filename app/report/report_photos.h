#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/report/html.h"
#include "app/report/training_report.h"

namespace pawprint {

// The photos that could be read, and what was said of them.
struct ScoredPhotos {
  std::vector<size_t> row;            // [N] index into the report's rows
  std::vector<double> probabilities;  // [N*C]
  std::vector<int64_t> labels;        // [N]
  std::vector<int64_t> predicted;     // [N]
  std::vector<double> confidence;     // [N] probability of `predicted`
  std::vector<bool> right;            // [N]
};

ScoredPhotos score_photos(const TrainingReport& report);

// Indices into ScoredPhotos, at most `count`.
std::vector<size_t> examples(const TrainingReport& report, const ScoredPhotos& photos, int64_t count);  // drawn
std::vector<size_t> worst_mistakes(const ScoredPhotos& photos, int64_t classes, size_t count);  // least p(true class)
// The worst of each true and predicted class, then the second of each ...; in the order of worst_mistakes.
std::vector<size_t> mistakes_of_each_kind(const ScoredPhotos& photos, int64_t classes, size_t count);
std::vector<size_t> least_certain(const ScoredPhotos& photos, int64_t classes, size_t count);  // two classes nearest

// A photo as the page shows it.
struct Thumbnail {
  std::string picture;    // for <img src>; empty if it could not be read again
  std::string explained;  // the second picture, if there is one
};

// Indices into ScoredPhotos; a photo may be in several.
struct ShownPhotos {
  std::vector<size_t> usual, small;
  std::vector<size_t> explained;  // get a second picture, if report.explain is not null
};

// Reads them, in report.threads threads.
std::map<size_t, Thumbnail> thumbnails(const TrainingReport& report, const ScoredPhotos& photos,
                                       const ShownPhotos& shown);

// <div class="gallery"> of the photos `shown`.
//   with_second: the second pictures too
Html gallery(const TrainingReport& report, const ScoredPhotos& photos, const std::vector<size_t>& shown,
             const std::map<size_t, Thumbnail>& thumbnails, bool with_second);

}  // namespace pawprint
