#include "app/check/check_dataset.h"

#include <torch/script.h>

#include <algorithm>
#include <map>
#include <opencv2/imgproc.hpp>

#include "app/base/parallel.h"
#include "app/data/decode.h"
#include "app/data/labeled_images.h"
#include "app/evaluation/calibration.h"
#include "app/evaluation/label_issues.h"
#include "app/training/cross_validation.h"
#include "app/training/near_duplicates.h"
#include "app/training/prepare_features.h"
#include "app/training/runtime.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

// Fewer photos of a class do not say what it looks like.
constexpr int64_t kMinOfClass = 5;

std::vector<Photo> find_photos(const CheckOptions& options, CheckReport& report) {
  DatasetOptions form = options.dataset;
  if (options.out) form.walk.leave_out = *options.out;  // the page of an earlier run
  LabeledImages images = load_training(options.data, form, options.validation);
  report.data = options.data;
  report.layout = std::move(images.layout);
  report.class_names = std::move(images.class_names);
  report.has_validation = images.has_validation;
  report.ignored_files = images.ignored;
  for (const auto& photo : images.photos) report.photos.push_back({photo});
  return std::move(images.photos);
}

// A slip on the command line must not cost a photo.
void refuse_to_overwrite(const std::vector<Photo>& photos, const std::optional<std::filesystem::path>& file) {
  const auto stamp = file ? file_stamp(*file) : std::nullopt;
  if (!stamp) return;
  for (const auto& photo : photos) {
    if (file_stamp(photo.path) == stamp)
      throw Error("--fix-list: expected a file to write, got the photo " + in_quotes(photo.path.native()));
  }
}

Sha256 pixel_hash(const cv::Mat& rgb) {
  Sha256Stream stream;
  stream.add(std::to_string(rgb.cols) + ' ');
  for (int y = 0; y < rgb.rows; ++y) stream.add(rgb.ptr(y), static_cast<size_t>(rgb.cols) * rgb.elemSize());
  return stream.finish();
}

void examine(CheckedPhoto& photo, std::string_view bytes, const Sha256& content, const cv::Mat& rgb) {
  photo.format = image_format(bytes);
  photo.content = content;
  photo.pixels = pixel_hash(rgb);
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  photo.measures = measure_photo(rgb, gray);
  photo.hash = perceptual_hash(gray);
}

// All photos, without a network.
void examine_photos(std::vector<CheckedPhoto>& photos, const PhotoOptions& options, const Progress& progress) {
  const auto examine_one = [&](int64_t i) {
    try {
      const std::string bytes = read_photo(photos[i].path, options.decode.limits);
      examine(photos[i], bytes, sha256(bytes), decode_photo(bytes, options.decode));
    } catch (const Unreadable& reason) {
      photos[i].problem = reason.what();
    }
  };
  parallel_for(Workers{options.threads}, static_cast<int64_t>(photos.size()), examine_one, progress);
}

// Of the photos that can be read; set.rows are numbers in the report.
struct Features {
  FeatureSet set;
  std::vector<int64_t> row_of;  // for each photo of the report, or -1
};

// Examines all photos on the way.
Features compute_features(const CheckOptions& options, const std::vector<Photo>& photos, CheckReport& report,
                          const MakeProgress& progress, const Say& say) {
  const FeatureOptions how{.backbone = options.backbone,
                           .fit = options.fit,
                           .image_size_px = options.image_size_px,
                           .network = options.network,
                           .photos = options.photos,
                           .cache = options.cache,
                           .say = say};
  const PreparedNetwork network = prepare_network(how, photos);
  KeptFeatures kept = get_features(network.backbone, how, photos, start(progress, "features", "photos"),
                                   [&](int64_t i, std::string_view bytes, const Sha256& content, const cv::Mat& rgb) {
                                     examine(report.photos[i], bytes, content, rgb);
                                   });
  report.cache_problem = kept.cache_problem.empty() ? network.cache_problem : kept.cache_problem;
  Features features{std::move(kept.set), std::vector<int64_t>(photos.size(), -1)};
  for (size_t r = 0; r < features.set.rows.size(); ++r) features.row_of[features.set.rows[r]] = static_cast<int64_t>(r);
  auto skipped = features.set.skipped.begin();  // in the order of the photos
  for (size_t i = 0; i < photos.size(); ++i) {
    if (features.row_of[i] < 0) report.photos[i].problem = (skipped++)->reason;
  }
  return features;
}

// The views' mean, of unit length: the same for a photo and its mirror image.
at::Tensor directions(const Features& features) {
  const auto mean = features.set.features.mean(1);
  return mean / mean.norm(2, {1}, true).clamp_min(1e-12);
}

// Pairs among `photos`, by number in the report.
std::vector<SimilarPair> near_duplicates(const CheckReport& report, const std::vector<int64_t>& photos,
                                         const std::optional<Features>& features, int64_t threads,
                                         const Progress& progress) {
  std::vector<const PerceptualHash*> hashes;
  std::vector<int64_t> rows;
  for (const int64_t photo : photos) {
    hashes.push_back(&report.photos[photo].hash);
    if (features) rows.push_back(features->row_of[photo]);
  }
  const auto alike = features
                         ? directions(*features).index_select(0, at::tensor(at::ArrayRef<int64_t>(rows), at::kLong))
                         : at::Tensor();
  auto pairs = find_near_duplicates(hashes, alike, threads, progress);
  for (auto& pair : pairs) pair = {photos[pair.first], photos[pair.second], pair.similarity};
  return pairs;
}

// Equal and nearly equal photos share a fold, and those that are in several classes take no part: one of their labels
// is wrong, which is said of them already.
FeatureMatrix rows_to_doubt(const CheckReport& report, const Features& features, std::vector<int64_t>& photos) {
  std::map<int64_t, int64_t> first_of;
  std::vector<bool> contradicted(report.photos.size());
  for (const auto* groups : {&report.duplicates, &report.near_duplicates}) {
    for (const auto& group : *groups) {
      for (const int64_t photo : group.photos) {
        first_of[photo] = group.photos.front();
        if (group.across_classes) contradicted[photo] = true;
      }
    }
  }
  FeatureMatrix rows{{}, {}, {}, static_cast<int64_t>(report.class_names.size())};
  std::vector<int64_t> index;
  for (size_t r = 0; r < features.set.rows.size(); ++r) {
    const int64_t photo = features.set.rows[r];
    if (contradicted[photo]) continue;
    const auto first = first_of.find(photo);
    index.push_back(static_cast<int64_t>(r));
    photos.push_back(photo);
    rows.labels.push_back(report.photos[photo].label);
    rows.group.push_back(report.photos[first == first_of.end() ? photo : first->second].content);
  }
  rows.features = features.set.features.index_select(0, at::tensor(at::ArrayRef<int64_t>(index), at::kLong));
  return rows;
}

// Why labels cannot be doubted; empty if they can.
std::string too_few(const FeatureMatrix& rows, const std::vector<std::string>& class_names) {
  std::vector<int64_t> count(class_names.size());
  for (const int64_t label : rows.labels) ++count[label];
  for (size_t c = 0; c < class_names.size(); ++c) {
    if (count[c] < kMinOfClass)
      return "expected at least " + std::to_string(kMinOfClass) + " different photos of " + in_quotes(class_names[c]) +
             ", got " + std::to_string(count[c]);
  }
  return "";
}

std::vector<DoubtfulLabel> doubt_labels(const FeatureMatrix& rows, const std::vector<int64_t>& photos,
                                        const CheckOptions& options, const Progress& progress) {
  HeadOptions head;
  head.seed = options.seed;
  const auto standardized = standardize(rows, head);
  const auto cv = cross_validate_logistic(standardized, l2_grid(), 0, options.photos.threads, progress);
  const auto& [scored, labels, logits, folds] = cv.out_of_fold;
  if (scored.empty()) return {};
  auto p = logits;
  const double temperature = fit_temperature(logits, labels, rows.classes);
  for (size_t i = 0; i < p.size(); i += static_cast<size_t>(rows.classes)) softmax(&p[i], rows.classes, temperature);
  std::vector<DoubtfulLabel> issues;
  for (const auto& issue : find_label_issues(p, labels, rows.classes))
    issues.push_back({photos[scored[issue.row]], issue.suggested, issue.score});
  return issues;
}

// One of each group of duplicates, and the photos without.
std::vector<int64_t> different_photos(const CheckReport& report) {
  std::vector<bool> copy(report.photos.size());
  for (const auto& group : report.duplicates) {
    for (size_t i = 1; i < group.photos.size(); ++i) copy[group.photos[i]] = true;
  }
  std::vector<int64_t> photos;
  for (size_t i = 0; i < report.photos.size(); ++i) {
    if (report.photos[i].problem.empty() && !copy[i]) photos.push_back(static_cast<int64_t>(i));
  }
  return photos;
}

}  // namespace

CheckReport check_dataset(const CheckOptions& options, const MakeProgress& progress, const Say& say) {
  const torch::NoGradGuard no_grad;
  CheckReport report;
  const auto found = find_photos(options, report);
  if (say) say("data: " + report.layout);
  refuse_to_overwrite(found, options.fix_list);
  std::optional<Features> features;
  if (!options.backbone.empty() && report.class_names.size() >= 2) {
    features = compute_features(options, found, report, progress, say);
  } else {
    report.labels_unchecked =
        options.backbone.empty() ? "that takes --backbone FILE" : "expected at least 2 classes, got 1";
    examine_photos(report.photos, options.photos, start(progress, "reading", "photos"));
  }
  trim_heap();
  for (size_t i = 0; i < report.photos.size(); ++i) {
    if (!report.photos[i].problem.empty()) report.unreadable.push_back(static_cast<int64_t>(i));
  }
  report.quality = find_quality_problems(report.photos);
  report.duplicates = find_duplicates(report.photos);
  const auto pairs = near_duplicates(report, different_photos(report), features, options.photos.threads,
                                     start(progress, "near duplicates", "photos"));
  report.near_duplicates = join_pairs(report.photos, report.duplicates, pairs);
  if (!features) return report;
  std::vector<int64_t> photos;
  const FeatureMatrix rows = rows_to_doubt(report, *features, photos);
  features.reset();
  report.labels_unchecked = too_few(rows, report.class_names);
  if (report.labels_unchecked.empty())
    report.label_issues = doubt_labels(rows, photos, options, start(progress, "cross-validation", "folds"));
  return report;
}

}  // namespace pawprint
