#include "app/training/learning_curve.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/base/parallel.h"
#include "app/training/cross_validation.h"
#include "app/training/fit_logistic.h"
#include "app/training/runtime.h"

namespace pawprint {

namespace {

constexpr int64_t kHalvings = 5;
constexpr int64_t kMinPhotos = 8, kMinOfClass = 2;  // of a part: on the average of the classes
constexpr double kUsualL2 = 0.1;                    // for all photos, where the head has no penalty of this kind
constexpr int64_t kMaxSteps = 40;                   // each fit starts from that on half of its photos
constexpr double kWork = 8e7;  // numbers of the features a step may touch in all: beyond it there are fewer repeats

// Photos in an order of which every beginning has its share of each class.
std::vector<int64_t> nested_order(const FeatureMatrix& rows, uint64_t seed, int64_t repeat) {
  std::vector<std::vector<std::pair<Sha256, int64_t>>> of_class(rows.classes);
  const std::string purpose = "learning:" + std::to_string(seed) + ':' + std::to_string(repeat) + ':';
  for (size_t i = 0; i < rows.labels.size(); ++i) {
    const auto& bytes = rows.group[i].bytes;
    of_class[rows.labels[i]].emplace_back(Sha256Stream().add(purpose).add(bytes.data(), bytes.size()).finish(),
                                          static_cast<int64_t>(i));
  }
  std::vector<std::pair<double, int64_t>> places;
  for (auto& list : of_class) {
    std::sort(list.begin(), list.end());
    for (size_t j = 0; j < list.size(); ++j)
      places.emplace_back((static_cast<double>(j) + 0.5) / static_cast<double>(list.size()), list[j].second);
  }
  std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<int64_t> order;
  for (const auto& place : places) order.push_back(place.second);
  return order;
}

// What all repeats share.
struct Study {
  const FeatureMatrix& training;
  at::Tensor validation;        // [M,D] plain view
  at::Tensor labels;            // [M]
  std::vector<int64_t> photos;  // of each part; rises; without the whole
  const HeadOptions& options;
  std::vector<double> block_scale;
  double l2 = 0;

  // The penalty is the same prior for any number of photos: the loss is a mean, so it weighs n times as much for 1/n.
  double l2_of(int64_t part) const {
    return l2 * static_cast<double>(training.labels.size()) / static_cast<double>(part);
  }
  at::Tensor right(const at::Tensor& logits) const { return logits.argmax(1).eq(labels).to(at::kDouble); }
};

// [M] for each part that this repeat draws: 1 where the validation photo is named right. Repeat r leaves the largest
// parts to the repeats before it.
std::vector<at::Tensor> run_repeat(const Study& study, int64_t repeat, const std::vector<int64_t>& repeats) {
  size_t parts = study.photos.size();
  while (repeat >= repeats[parts - 1]) --parts;
  auto order = nested_order(study.training, study.options.seed, repeat);
  order.resize(study.photos[parts - 1]);
  const auto rows = standardize(study.training.select(order), study.options, study.block_scale);
  const auto validation = rows.transform(study.validation);
  std::vector<at::Tensor> right;
  at::Tensor theta;
  for (size_t p = 0; p < parts; ++p) {
    const int64_t count = study.photos[p] * rows.views;  // the smaller parts are where the largest begins
    const LogisticProblem problem{rows.x.narrow(0, 0, count), rows.y.narrow(0, 0, count),
                                  rows.weight.narrow(0, 0, count), rows.classes, rows.variance};
    theta = fit_logistic(problem, study.l2_of(study.photos[p]), p == 0 ? zero_theta(problem) : theta, kMaxSteps);
    right.push_back(study.right(logistic_logits(validation, theta)));
  }
  return right;
}

// Parts a half, a quarter ... as long as there is something to learn from.
std::vector<int64_t> part_sizes(int64_t photos, int64_t classes) {
  std::vector<int64_t> sizes;
  for (int64_t k = 1; k <= kHalvings; ++k) {
    const int64_t size = photos >> k;
    if (size < std::max(kMinPhotos, kMinOfClass * classes)) break;
    sizes.insert(sizes.begin(), size);
  }
  return sizes;
}

// The smaller the part, the more.
std::vector<int64_t> repeats_of(const std::vector<int64_t>& sizes, double row_size) {
  std::vector<int64_t> repeats;
  const auto parts = static_cast<int64_t>(sizes.size());
  for (int64_t p = 0; p < parts; ++p) {
    const double each = static_cast<double>(sizes[p]) * row_size;
    const int64_t wanted = std::min<int64_t>(parts - p + 1, 6);
    const auto affordable = static_cast<int64_t>(kWork / static_cast<double>(parts) / each);
    repeats.push_back(std::clamp<int64_t>(affordable, 1, wanted));
  }
  return repeats;
}

LearningPoint point_of(int64_t photos, const std::vector<at::Tensor>& right) {
  LearningPoint point{photos, 0, 1, 0, static_cast<int64_t>(right.size())};
  for (const auto& r : right) {
    const double accuracy = r.mean().item<double>();
    point.accuracy += accuracy / static_cast<double>(right.size());
    point.low = std::min(point.low, accuracy);
    point.high = std::max(point.high, accuracy);
  }
  return point;
}

// The same validation photos measure both, so it is their differences that scatter. One photo more that differs is
// added, half of it for each side (Agresti and Min 2005): where none differs, that does not prove that none ever
// will.
void set_gain(LearningCurve& curve, const at::Tensor& all, const std::vector<at::Tensor>& half) {
  const auto count = static_cast<double>(half.size());
  const auto difference = all - at::stack(half).mean(0);
  const auto n = static_cast<double>(difference.size(0));
  double variance = (difference.var(0, false).item<double>() + 1 / n) / n;
  if (half.size() > 1) variance += at::stack(half).mean(1).var(0, true).item<double>() / count;
  curve.gain = difference.mean().item<double>();
  const double margin = 1.959963984540054 * std::sqrt(variance);
  curve.gain_low = curve.gain - margin;
  curve.gain_high = curve.gain + margin;
}

}  // namespace

LearningCurve learning_curve(const FeatureMatrix& training, const FeatureMatrix& validation, const FittedHead& fitted,
                             const HeadOptions& options) {
  LearningCurve curve;
  curve.same_head = options.kind == HeadKind::kLogistic && options.l1 == 0;
  curve.l2 = curve.same_head ? fitted.facts.l2 : kUsualL2;
  const auto total = static_cast<int64_t>(training.labels.size());
  const Study study{training,
                    validation.features.select(1, 0),
                    at::tensor(at::ArrayRef<int64_t>(validation.labels), at::kLong),
                    part_sizes(total, training.classes),
                    options,
                    fitted.facts.block_scale,
                    curve.l2};
  if (study.photos.empty()) return curve;
  const auto outputs = training.classes == 2 ? 1 : training.classes;
  const auto repeats = repeats_of(study.photos, static_cast<double>(training.features.stride(0) * outputs));
  std::vector<std::vector<at::Tensor>> right(study.photos.size());
  parallel_for(
      math_workers(options.threads), repeats.front(),
      [&](int64_t repeat) { return run_repeat(study, repeat, repeats); },
      [&](const std::vector<at::Tensor>& parts) {
        for (size_t p = 0; p < parts.size(); ++p) right[p].push_back(parts[p]);
      });
  at::Tensor all;
  if (curve.same_head) {
    all = study.right(fitted.head.forward(study.validation));
  } else {
    const auto rows = standardize(training, options);
    const auto problem = rows.problem();
    all = study.right(logistic_logits(rows.transform(study.validation),
                                      fit_logistic(problem, curve.l2, zero_theta(problem), kMaxSteps)));
  }
  for (size_t p = 0; p < study.photos.size(); ++p) curve.points.push_back(point_of(study.photos[p], right[p]));
  curve.points.push_back(point_of(total, {all}));
  set_gain(curve, all, right.back());
  return curve;
}

}  // namespace pawprint
