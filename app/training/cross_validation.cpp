#include "app/training/cross_validation.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/data/split.h"
#include "app/evaluation/calibration.h"
#include "app/training/fit_logistic.h"
#include "app/training/ordered_parallel.h"

namespace pawprint {

namespace {

constexpr int64_t kFolds = 5;

at::Tensor class_weights(const std::vector<int64_t>& labels, int64_t classes, bool balanced) {
  const auto n = static_cast<int64_t>(labels.size());
  at::Tensor weight = at::ones({n}, at::kDouble);
  if (!balanced) return weight;
  std::vector<double> count(classes);
  for (const int64_t label : labels) ++count[label];
  const auto present = static_cast<double>(std::count_if(count.begin(), count.end(), [](double c) { return c > 0; }));
  for (int64_t i = 0; i < n; ++i) weight[i] = static_cast<double>(n) / (present * count[labels[i]]);
  return weight;
}

// Runs fold 0, 1, ... in parallel.
template <class Work, class Sink>
void each_fold(int64_t folds, int64_t threads, const Progress& progress, Work work, Sink sink) {
  int64_t next_fold = 0, done = 0;
  ordered_parallel(
      std::min(threads, folds),
      [&]() -> std::optional<int64_t> { return next_fold < folds ? std::optional(next_fold++) : std::nullopt; }, work,
      [&](auto result) {
        sink(std::move(result));
        if (progress) progress(++done, folds);
      });
}

// logits [M,C] of `photos` into their places in all [N*C]
void put_logits(const at::Tensor& logits, const std::vector<int64_t>& photos, std::vector<double>& all) {
  const auto values = logits.to(at::kDouble).contiguous();
  const int64_t classes = values.size(1);
  for (size_t i = 0; i < photos.size(); ++i)
    std::copy_n(values.data_ptr<double>() + static_cast<int64_t>(i) * classes, classes,
                all.data() + photos[i] * classes);
}

struct FoldResult {
  std::vector<int64_t> held_out;
  std::vector<double> loss;        // [penalties], of all views
  std::vector<at::Tensor> logits;  // [penalties], plain view
};

FoldResult run_logistic_fold(const StandardisedRows& rows, const std::vector<double>& l2_values, double l1,
                             int64_t fold) {
  FoldResult result;
  result.held_out = rows.photos_in(fold, true);
  const auto held_out_rows = rows.row_index(result.held_out, false);
  const LogisticProblem problem{rows.x, rows.y, rows.weight.index_fill(0, held_out_rows, 0), rows.classes};
  const auto x = rows.x.index_select(0, held_out_rows);
  const auto y = rows.y.index_select(0, held_out_rows);
  const auto weight = rows.weight.index_select(0, held_out_rows);
  at::Tensor theta = zero_theta(problem);
  for (const double l2 : l2_values) {  // each fit starts from the stronger penalty's
    theta = l1 > 0 ? fit_logistic_l1(problem, l1, l2, theta) : fit_logistic(problem, l2, theta);
    const auto logits = logistic_logits(x, theta);
    const auto losses = -at::log_softmax(logits, 1).gather(1, y.unsqueeze(1)).select(1, 0);
    result.loss.push_back(((losses * weight).sum() / weight.sum()).item<double>());
    result.logits.push_back(logits.view({-1, rows.views, rows.classes}).select(1, 0).contiguous());
  }
  return result;
}

}  // namespace

std::vector<int64_t> StandardisedRows::photos_in(int64_t fold_number, bool inside) const {
  std::vector<int64_t> photos;
  for (size_t i = 0; i < fold.size(); ++i) {
    if ((fold[i] == fold_number) == inside) photos.push_back(static_cast<int64_t>(i));
  }
  return photos;
}

at::Tensor StandardisedRows::row_index(const std::vector<int64_t>& photos, bool first_view_only) const {
  const auto first = at::tensor(at::ArrayRef<int64_t>(photos), at::kLong) * views;
  if (first_view_only) return first;
  return (first.unsqueeze(1) + at::arange(views, at::kLong)).flatten();
}

StandardisedRows standardise(const HeadRows& rows, const HeadOptions& options) {
  StandardisedRows out;
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
  out.x /= out.scale.to(at::kFloat);
  const auto repeat = [&](const at::Tensor& t) { return t.repeat_interleave(out.views); };
  out.y = repeat(at::tensor(at::ArrayRef<int64_t>(rows.labels), at::kLong));
  out.weight = repeat(class_weights(rows.labels, rows.classes, options.balanced));
  const auto groups = static_cast<int64_t>(std::set<Sha256>(rows.content.begin(), rows.content.end()).size());
  out.folds = std::clamp<int64_t>(groups, 2, kFolds);
  out.fold = assign_folds(rows.content, rows.labels, out.folds, options.seed);
  return out;
}

CrossValidation cross_validate_logistic(const StandardisedRows& rows, const std::vector<double>& l2_values, double l1,
                                        int64_t threads, const Progress& progress) {
  std::vector<FoldResult> folds;
  each_fold(
      rows.folds, threads, progress, [&](int64_t fold) { return run_logistic_fold(rows, l2_values, l1, fold); },
      [&](FoldResult result) {
        if (!result.held_out.empty()) folds.push_back(std::move(result));
      });
  CrossValidation cv;
  const double k = static_cast<double>(folds.size());
  for (size_t i = 0; i < l2_values.size(); ++i) {
    double sum = 0, squares = 0;
    for (const auto& fold : folds) sum += fold.loss[i];
    for (const auto& fold : folds) squares += std::pow(fold.loss[i] - sum / k, 2);
    cv.path.push_back({l2_values[i], sum / k, k > 1 ? std::sqrt(squares / (k - 1) / k) : 0});
  }
  cv.chosen = one_standard_error_rule(cv.path);
  cv.logits.resize(rows.fold.size() * static_cast<size_t>(rows.classes));
  for (const auto& fold : folds) put_logits(fold.logits[cv.chosen], fold.held_out, cv.logits);
  return cv;
}

MlpRows mlp_rows(const StandardisedRows& rows, const std::vector<int64_t>& photos) {
  const auto index = rows.row_index(photos, false);
  return {rows.x.index_select(0, index), rows.y.index_select(0, index),
          rows.weight.index_select(0, index).to(at::kFloat)};
}

std::vector<double> cross_validate_mlp(const StandardisedRows& rows, const MlpOptions& options, int64_t threads,
                                       const Progress& progress) {
  using Result = std::pair<std::vector<int64_t>, at::Tensor>;
  std::vector<double> logits(rows.fold.size() * static_cast<size_t>(rows.classes));
  each_fold(
      rows.folds, threads, progress,
      [&](int64_t fold) -> Result {
        const auto held_out = rows.photos_in(fold, true);
        auto training = rows.photos_in(fold, false);
        std::optional<MlpRows> stopping;
        if (rows.folds > 2) {
          const int64_t stop_fold = (fold + 1) % rows.folds;
          stopping = mlp_rows(rows, rows.photos_in(stop_fold, true));
          std::erase_if(training, [&](int64_t photo) { return rows.fold[photo] == stop_fold; });
        }
        const auto fit = fit_mlp(mlp_rows(rows, training), stopping, rows.classes, options);
        return {held_out, fit.head.forward(rows.x.index_select(0, rows.row_index(held_out, true)))};
      },
      [&](const Result& result) {
        if (!result.first.empty()) put_logits(result.second, result.first, logits);
      });
  return logits;
}

}  // namespace pawprint
