#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/check/photo_quality.h"
#include "app/data/labeled_images.h"
#include "app/data/perceptual_hash.h"
#include "models/base/sha256.h"

namespace pawprint {

// Where it has a problem, the rest is empty.
struct CheckedPhoto : Photo {
  ImageFormat format = ImageFormat::kUnknown;
  PhotoMeasures measures = {};
  Sha256 content = {}, pixels = {};  // of the file's bytes, and of what it shows
  PerceptualHash hash = {};
};

// Photos that show the same.
struct PhotoGroup {
  std::vector<int64_t> photos;  // two or more; first the one to keep
  bool across_classes = false;  // their labels differ: at least one is wrong
  bool across_split = false;    // both in training and in validation: validation is too good
  bool same_bytes = false;
  double score = 1;  // the lowest similarity that ties them; 1 for equal pixels
};

struct DoubtfulLabel {
  int64_t photo = 0, suggested = 0;
  double score = 0;  // LabelIssue's
};

// All that `check` says of a dataset; photos are numbers into `photos`, lists have the most suspicious first.
struct CheckReport {
  std::filesystem::path data;
  std::string layout;  // what was taken for what, a line
  std::vector<CheckedPhoto> photos;
  std::vector<std::string> class_names;
  bool has_validation = false;
  int64_t ignored_files = 0;
  std::vector<int64_t> unreadable;
  std::vector<QualityFinding> quality;
  std::vector<PhotoGroup> duplicates, near_duplicates;
  std::vector<DoubtfulLabel> label_issues;
  std::string labels_unchecked;  // why labels were not looked at; empty if they were
  std::string cache_problem;     // why features or the choice of precision are not kept; empty if they are

  const std::string& class_of(int64_t photo) const { return class_names[photos[photo].label]; }
  std::string name_of(int64_t photo) const;         // the path below the data folder
  std::vector<int64_t> count(int64_t label) const;  // photos of a class: in training, in validation
  const char* part_of(int64_t photo) const;         // `training` or `validation`
};

// From this score on a doubtful label is in the fix list.
inline constexpr double kFixScore = 0.5;

// Photos with equal pixels.
std::vector<PhotoGroup> find_duplicates(const std::vector<CheckedPhoto>& photos);

// Groups of photos tied by pairs, each with its duplicates.   pairs: of photos that are first in their group
std::vector<PhotoGroup> join_pairs(const std::vector<CheckedPhoto>& photos, const std::vector<PhotoGroup>& duplicates,
                                   const std::vector<SimilarPair>& pairs);

// Sorted by score; a wrongly named file is as bad as can be.
std::vector<QualityFinding> find_quality_problems(const std::vector<CheckedPhoto>& photos);

// What should be left out of training, as `finetune --exclude` takes it: what cannot be read; of each group of
// duplicates and near duplicates all but the one to keep, or all where their classes differ; labels doubted with a
// score of kFixScore or more. Comments say why.
std::string fix_list(const CheckReport& report);

std::string check_json(const CheckReport& report);

// For people, with the first few of each kind.   has_page: whether there is a page that shows the others
std::string check_text(const CheckReport& report, bool has_page);

}  // namespace pawprint
