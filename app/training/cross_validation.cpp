#include "app/training/cross_validation.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "app/base/parallel.h"
#include "app/data/split.h"
#include "app/evaluation/calibration.h"
#include "app/training/fit_logistic.h"
#include "app/training/runtime.h"

namespace pawprint {

namespace {

constexpr int64_t kFolds = 5;

at::Tensor class_weights(const std::vector<int64_t>& labels, int64_t classes, ClassWeights weights) {
  const auto n = static_cast<int64_t>(labels.size());
  at::Tensor weight = at::ones({n}, at::kDouble);
  if (weights == ClassWeights::kNone) return weight;
  std::vector<double> count(classes);
  for (const int64_t label : labels) ++count[label];
  const auto present = static_cast<double>(std::count_if(count.begin(), count.end(), [](double c) { return c > 0; }));
  for (int64_t i = 0; i < n; ++i) weight[i] = static_cast<double>(n) / (present * count[labels[i]]);
  return weight;
}

// logits [M,C] of photos held out
struct FoldLogits {
  std::vector<int64_t> photos;
  at::Tensor logits;
};

// The folds' photos in ascending order.
OutOfFold gather(const StandardizedFeatures& rows, const std::vector<FoldLogits>& folds) {
  std::vector<std::pair<int64_t, const double*>> found;
  std::vector<at::Tensor> values;
  for (const auto& fold : folds) {
    values.push_back(fold.logits.to(at::kDouble).contiguous());
    for (size_t i = 0; i < fold.photos.size(); ++i)
      found.emplace_back(fold.photos[i], values.back().data_ptr<double>() + static_cast<int64_t>(i) * rows.classes);
  }
  std::sort(found.begin(), found.end());
  OutOfFold out;
  for (const auto& [photo, logits] : found) {
    out.rows.push_back(photo);
    out.labels.push_back(rows.y[photo * rows.views].item<int64_t>());
    out.fold.push_back(rows.fold[photo]);
    out.logits.insert(out.logits.end(), logits, logits + rows.classes);
  }
  return out;
}

// What a fold was fitted to for one penalty.
struct FoldFit {
  at::Tensor theta;
  at::Tensor logits;  // of the photos scored, plain view
  double loss = 0;    // on them, all views
};

struct Fold {
  std::vector<int64_t> held_out, scored;
  std::vector<FoldFit> fits;  // by penalty
};

// The other rows: a copy of them where that is worth its memory, else their weights tell.
LogisticProblem without(const StandardizedFeatures& rows, const at::Tensor& held_out) {
  constexpr int64_t kLargest = 128'000'000;  // numbers, of which each worker then has four fifths
  LogisticProblem problem = rows.problem();
  problem.weight = rows.weight.index_fill(0, held_out, 0);
  if (rows.classes == 2 || rows.x.numel() > kLargest) return problem;
  const auto kept = problem.weight.nonzero().select(1, 0);
  problem.x = rows.x.index_select(0, kept);
  problem.y = rows.y.index_select(0, kept);
  problem.weight = rows.weight.index_select(0, kept);
  return problem;
}

FoldFit fit_fold(const StandardizedFeatures& rows, const Fold& fold, double l2, double l1, const at::Tensor& start,
                 double tolerance) {
  constexpr int64_t kMaxSteps = 300;
  const auto held_out = rows.row_index(fold.held_out, false);
  const LogisticProblem problem = without(rows, held_out);
  const auto from = start.defined() ? start : zero_theta(problem);
  FoldFit fit;
  fit.theta = l1 > 0 ? fit_logistic_l1(problem, l1, l2, from) : fit_logistic(problem, l2, from, kMaxSteps, tolerance);
  const auto scored = rows.row_index(fold.scored, false);
  const auto logits = logistic_logits(rows.x.index_select(0, scored), fit.theta);
  const auto y = rows.y.index_select(0, scored), weight = rows.weight.index_select(0, scored);
  const auto losses = -at::log_softmax(logits, 1).gather(1, y.unsqueeze(1)).select(1, 0);
  fit.loss = ((losses * weight).sum() / weight.sum()).item<double>();
  fit.logits = logits.view({-1, rows.views, rows.classes}).select(1, 0).to(at::kFloat);
  return fit;
}

CvPoint mean_of(const std::vector<Fold>& folds, size_t penalty, double l2) {
  const auto k = static_cast<double>(folds.size());
  double sum = 0, squares = 0;
  for (const auto& fold : folds) sum += fold.fits[penalty].loss;
  for (const auto& fold : folds) squares += std::pow(fold.fits[penalty].loss - sum / k, 2);
  return {l2, sum / k, k > 1 ? std::sqrt(squares / (k - 1) / k) : 0};
}

// Weaker penalties than that of the least loss are not chosen.
bool past_the_best(const std::vector<CvPoint>& path) {
  const auto best =
      std::min_element(path.begin(), path.end(), [](const auto& a, const auto& b) { return a.loss < b.loss; });
  return path.back().loss > best->loss + best->standard_error / 2;
}

// Turns rows of mean 0 to their principal axes, from the smaller of the two products. Axes along which nothing varies
// are left out: the penalty keeps every weight on them at zero.
void decorrelate(StandardizedFeatures& rows) {
  const int64_t n = rows.x.size(0), d = rows.x.size(1);
  const bool tall = n >= d;
  const auto product = (tall ? at::mm(rows.x.t(), rows.x) : at::mm(rows.x, rows.x.t())).to(at::kDouble) / n;
  auto [values, vectors] = at::linalg_eigh(product);
  const auto kept = (values > 1e-9 * values.max()).nonzero().select(1, 0);
  rows.variance = values.index_select(0, kept);
  vectors = vectors.index_select(1, kept);
  if (tall) {
    rows.axes = vectors.to(at::kFloat);
    for (auto& some : rows.x.split(4096)) some.narrow(1, 0, kept.size(0)).copy_(at::mm(some, rows.axes));
    rows.x = rows.x.narrow(1, 0, kept.size(0));
  } else {
    const auto length = (rows.variance * n).sqrt();
    rows.axes = at::mm(rows.x.t(), (vectors / length).to(at::kFloat));
    rows.x = (vectors * length).to(at::kFloat);
  }
}

}  // namespace

std::vector<int64_t> StandardizedFeatures::photos_in(int64_t fold_number, bool inside) const {
  std::vector<int64_t> photos;
  for (size_t i = 0; i < fold.size(); ++i) {
    if ((fold[i] == fold_number) == inside) photos.push_back(static_cast<int64_t>(i));
  }
  return photos;
}

std::vector<int64_t> StandardizedFeatures::scored_in(int64_t fold_number) const {
  auto photos = photos_in(fold_number, true);
  std::erase_if(photos, [&](int64_t photo) { return !scored[photo]; });
  return photos;
}

at::Tensor StandardizedFeatures::row_index(const std::vector<int64_t>& photos, bool first_view_only) const {
  const auto first = at::tensor(at::ArrayRef<int64_t>(photos), at::kLong) * views;
  if (first_view_only) return first;
  return (first.unsqueeze(1) + at::arange(views, at::kLong)).flatten();
}

StandardizedFeatures standardize(const FeatureMatrix& rows, const HeadOptions& options,
                                 const std::vector<double>& block_scale) {
  StandardizedFeatures out;
  out.views = rows.features.size(1);
  out.classes = rows.classes;
  // One copy of the features is made, in float32. Sums are made in double precision, to which at::sum converts all that
  // it is given: some rows at a time.
  constexpr int64_t kRows = 4096;
  out.x = rows.features.flatten(0, 1).clone();
  const auto n = static_cast<double>(out.x.size(0));
  out.mean = at::zeros({out.x.size(1)}, at::kDouble);
  for (const auto& some : out.x.split(kRows)) out.mean += at::sum(some, {0}, false, at::kDouble);
  out.mean /= n;
  out.x -= out.mean.to(at::kFloat);
  out.scale = at::zeros_like(out.mean);
  for (const auto& some : out.x.split(kRows)) out.scale += at::sum(some.square(), {0}, false, at::kDouble);
  out.scale = (out.scale / n).sqrt();
  out.scale = at::where(out.scale > 1e-8, out.scale, at::ones_like(out.scale));  // a feature that never moves
  for (int64_t k = 0, begin = 0; k < static_cast<int64_t>(block_scale.size()); begin += rows.blocks[k++])
    out.scale.narrow(0, begin, rows.blocks[k]) /= block_scale[k];
  out.x /= out.scale.to(at::kFloat);
  const auto repeat = [&](const at::Tensor& t) { return t.repeat_interleave(out.views); };
  out.y = repeat(at::tensor(at::ArrayRef<int64_t>(rows.labels), at::kLong));
  out.weight = repeat(class_weights(rows.labels, rows.classes, options.class_weights));
  if (options.kind == HeadKind::kLogistic && options.l1 == 0 && rows.classes > 2) decorrelate(out);
  const auto groups = static_cast<int64_t>(std::set<Sha256>(rows.group.begin(), rows.group.end()).size());
  out.folds = std::clamp<int64_t>(groups, 2, kFolds);
  out.fold = assign_folds(rows.group, rows.labels, out.folds, options.seed);
  // A perceptron also does without the fold that stops it.
  const size_t min = options.kind == HeadKind::kMlp && out.folds > 2 ? 3 : 2;
  std::vector<std::set<int64_t>> folds_of(rows.classes);
  for (size_t i = 0; i < rows.labels.size(); ++i) folds_of[rows.labels[i]].insert(out.fold[i]);
  for (const int64_t label : rows.labels) out.scored.push_back(folds_of[label].size() >= min);
  return out;
}

at::Tensor StandardizedFeatures::transform(const at::Tensor& features) const {
  const auto standardized = (features - mean.to(at::kFloat)).div_(scale.to(at::kFloat));
  return axes.defined() ? at::mm(standardized, axes) : standardized;
}

CrossValidation cross_validate_logistic(const StandardizedFeatures& rows, const std::vector<double>& l2_values,
                                        double l1, int64_t threads, const Progress& progress) {
  std::vector<Fold> folds;
  for (int64_t number = 0; number < rows.folds; ++number) {
    auto scored = rows.scored_in(number);
    if (!scored.empty()) folds.push_back({rows.photos_in(number, true), std::move(scored), {}});
  }
  if (folds.empty()) return {};
  const auto count = static_cast<int64_t>(folds.size()), total = count * static_cast<int64_t>(l2_values.size() + 1);
  CrossValidation cv;
  int64_t fits = 0;
  const auto fit_all = [&](double l2, double tolerance, const std::function<at::Tensor(const Fold&)>& start) {
    int64_t done = 0;
    parallel_for(
        math_workers(threads), count,
        [&](int64_t k) { return fit_fold(rows, folds[k], l2, l1, start(folds[k]), tolerance); },
        [&](FoldFit fit) {
          folds[done++].fits.push_back(std::move(fit));
          if (progress) progress(++fits, total);
        });
  };
  // The path is only to choose from, so it is less exact; the chosen penalty's fits are what counts.
  const bool exact = rows.classes == 2;
  for (const double l2 : l2_values) {  // each fit starts from the stronger penalty's
    fit_all(l2, exact ? 0 : 2e-5,
            [](const Fold& fold) { return fold.fits.empty() ? at::Tensor() : fold.fits.back().theta; });
    cv.path.push_back(mean_of(folds, cv.path.size(), l2));
    if (past_the_best(cv.path)) break;
  }
  cv.chosen = one_standard_error_rule(cv.path);
  size_t final_fit = cv.chosen;
  if (!exact) {
    fit_all(cv.path[cv.chosen].l2, 1e-6, [&](const Fold& fold) { return fold.fits[cv.chosen].theta; });
    final_fit = cv.path.size();
    cv.path[cv.chosen] = mean_of(folds, final_fit, cv.path[cv.chosen].l2);
  }
  if (progress) progress(total, total);
  std::vector<FoldLogits> logits;
  for (const auto& fold : folds) logits.push_back({fold.scored, fold.fits[final_fit].logits});
  cv.out_of_fold = gather(rows, logits);
  return cv;
}

MlpData mlp_data(const StandardizedFeatures& rows, const std::vector<int64_t>& photos) {
  const auto index = rows.row_index(photos, false);
  return {rows.x.index_select(0, index), rows.y.index_select(0, index),
          rows.weight.index_select(0, index).to(at::kFloat)};
}

OutOfFold cross_validate_mlp(const StandardizedFeatures& rows, const MlpOptions& options, int64_t threads,
                             const Progress& progress) {
  std::vector<FoldLogits> logits;
  int64_t done = 0;
  parallel_for(
      math_workers(threads), rows.folds,
      [&](int64_t fold) -> FoldLogits {
        const auto scored = rows.scored_in(fold);
        if (scored.empty()) return {};
        auto training = rows.photos_in(fold, false);
        std::optional<MlpData> stopping;
        if (rows.folds > 2) {
          const int64_t stop_fold = (fold + 1) % rows.folds;
          stopping = mlp_data(rows, rows.photos_in(stop_fold, true));
          std::erase_if(training, [&](int64_t photo) { return rows.fold[photo] == stop_fold; });
        }
        const auto fit = fit_mlp(mlp_data(rows, training), stopping, rows.classes, options);
        return {scored, fit.head.forward(rows.x.index_select(0, rows.row_index(scored, true)))};
      },
      [&](FoldLogits result) {
        if (!result.photos.empty()) logits.push_back(std::move(result));
        if (progress) progress(++done, rows.folds);
      });
  return gather(rows, logits);
}

}  // namespace pawprint
