#include "app/training/fit_head.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/evaluation/calibration.h"
#include "app/training/cross_validation.h"
#include "app/training/fit_logistic.h"

namespace pawprint {

namespace {

constexpr double kPlainL2 = 0.1;  // where there is nothing to choose by

Head to_head(const StandardizedFeatures& rows, const at::Tensor& theta) {
  const int64_t d = theta.size(1) - 1;
  at::Tensor weight = theta.narrow(1, 0, d).to(at::kDouble), bias = theta.select(1, d).to(at::kDouble);
  if (rows.axes.defined()) weight = at::mm(weight, rows.axes.to(at::kDouble).t());
  if (rows.classes == 2) {
    weight = at::cat({-weight / 2, weight / 2});
    bias = at::cat({-bias / 2, bias / 2});
  }
  return {{fold_standardization({weight, bias}, rows.mean, rows.scale)}};
}

Head fit_logistic_head(const StandardizedFeatures& rows, double l2, double l1) {
  const auto problem = rows.problem();
  const auto start = zero_theta(problem);
  return to_head(rows, l1 > 0 ? fit_logistic_l1(problem, l1, l2, start) : fit_logistic(problem, l2, start));
}

Head to_head(const StandardizedFeatures& rows, Head head) {
  head.layers.front() = fold_standardization(head.layers.front(), rows.mean, rows.scale);
  return head;
}

std::vector<int64_t> all_photos(const StandardizedFeatures& rows) {
  std::vector<int64_t> all(rows.fold.size());
  std::iota(all.begin(), all.end(), int64_t{0});
  return all;
}

// Whether most photos are scored by heads that know their class.
bool enough_scored(const StandardizedFeatures& rows) {
  return 2 * std::count(rows.scored.begin(), rows.scored.end(), true) > static_cast<int64_t>(rows.scored.size());
}

void calibrate(FittedHead& fitted, OutOfFold out_of_fold, int64_t classes) {
  if (fitted.cross_validated) fitted.temperature = fit_temperature(out_of_fold.logits, out_of_fold.labels, classes);
  fitted.out_of_fold = std::move(out_of_fold);
}

double least_loss(const std::vector<CvPoint>& path) {
  return std::min_element(path.begin(), path.end(), [](auto& a, auto& b) { return a.loss < b.loss; })->loss;
}

// How much each network's features weigh beside the first one's: each in turn is made stronger or weaker by half
// decades of the penalty for as long as the cross-validated loss falls.
std::vector<double> choose_block_scale(const FeatureMatrix& rows, const HeadOptions& options,
                                       const Progress& progress) {
  const double step = std::pow(10.0, 0.25), strongest = std::pow(step, 5);
  const auto loss = [&](const std::vector<double>& scale) {
    return least_loss(
        cross_validate_logistic(standardize(rows, options, scale), l2_grid(), 0, options.threads, progress).path);
  };
  std::vector<double> scale(rows.blocks.size(), 1);
  double least = loss(scale);
  for (size_t k = 1; k < scale.size(); ++k) {
    for (const double factor : {step, 1 / step}) {
      for (bool better = true; better;) {
        auto other = scale;
        other[k] *= factor;
        if (std::max(other[k], 1 / other[k]) > strongest) break;
        const double other_loss = loss(other);
        better = other_loss < least;
        if (!better) break;
        scale = other;
        least = other_loss;
      }
      if (scale[k] != 1) break;  // the other way lies what was tried before
    }
  }
  return scale;
}

FittedHead fit_logistic_by_path(const FeatureMatrix& rows, StandardizedFeatures standardized,
                                const HeadOptions& options, const Progress& progress) {
  FittedHead fitted;
  fitted.cross_validated = enough_scored(standardized);
  const bool by_hand = options.l2 >= 0 || options.l1 > 0;
  const std::vector<double> values = by_hand                  ? std::vector<double>{std::max(options.l2, 0.0)}
                                     : fitted.cross_validated ? l2_grid()
                                                              : std::vector<double>{kPlainL2};
  std::vector<double> scale;
  if (rows.blocks.size() > 1 && values.size() > 1) {
    scale = choose_block_scale(rows, options, progress);
    standardized = standardize(rows, options, scale);
  }
  auto cv = cross_validate_logistic(standardized, values, options.l1, options.threads, progress);
  const double l2 = values.size() == 1 ? values.front() : cv.path[cv.chosen].l2;
  calibrate(fitted, std::move(cv.out_of_fold), rows.classes);
  fitted.head = fit_logistic_head(standardized, l2, options.l1);
  fitted.facts = {.kind = HeadKind::kLogistic,
                  .l2 = l2,
                  .l1 = options.l1,
                  .path = std::move(cv.path),
                  .block_scale = std::move(scale)};
  return fitted;
}

FittedHead fit_mlp_head(const FeatureMatrix& rows, const StandardizedFeatures& standardized, const HeadOptions& options,
                        const Progress& progress) {
  FittedHead fitted;
  fitted.cross_validated = enough_scored(standardized);
  calibrate(fitted, cross_validate_mlp(standardized, options.mlp, options.threads, progress), rows.classes);
  const bool stops = fitted.cross_validated;  // else the photos it is stopped by are of classes it does not know
  const auto fit =
      fit_mlp(mlp_data(standardized, stops ? standardized.photos_in(0, false) : all_photos(standardized)),
              stops ? std::optional(mlp_data(standardized, standardized.photos_in(0, true))) : std::nullopt,
              rows.classes, options.mlp);
  fitted.head = to_head(standardized, fit.head);
  fitted.facts = {.kind = HeadKind::kMlp,
                  .hidden = options.mlp.hidden,
                  .dropout = options.mlp.dropout,
                  .weight_decay = options.mlp.weight_decay,
                  .epochs = fit.best_epoch,
                  .training_loss = fit.training_loss,
                  .stopping_loss = fit.stopping_loss};
  return fitted;
}

}  // namespace

FeatureMatrix FeatureMatrix::select(const std::vector<int64_t>& index) const {
  FeatureMatrix out;
  out.features = features.index_select(0, at::tensor(at::ArrayRef<int64_t>(index), at::kLong));
  out.classes = classes;
  out.blocks = blocks;
  for (const int64_t i : index) {
    out.labels.push_back(labels[i]);
    out.group.push_back(group[i]);
  }
  return out;
}

FeatureMatrix FeatureMatrix::part(int64_t begin, int64_t count) const {
  return {features.narrow(0, begin, count),
          {labels.begin() + begin, labels.begin() + begin + count},
          {group.begin() + begin, group.begin() + begin + count},
          classes,
          blocks};
}

std::vector<double> l2_grid() {
  std::vector<double> values;
  for (int k = 4; k >= -8; --k) values.push_back(std::pow(10.0, k / 2.0));
  return values;
}

size_t one_standard_error_rule(const std::vector<CvPoint>& path) {
  const auto best =
      std::min_element(path.begin(), path.end(), [](const auto& a, const auto& b) { return a.loss < b.loss; });
  size_t chosen = static_cast<size_t>(best - path.begin());
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i].loss <= best->loss + best->standard_error && path[i].l2 > path[chosen].l2) chosen = i;
  }
  return chosen;
}

FittedHead fit_head(const FeatureMatrix& rows, const HeadOptions& options, const Progress& progress) {
  auto standardized = standardize(rows, options);
  FittedHead fitted = options.kind == HeadKind::kMlp
                          ? fit_mlp_head(rows, standardized, options, progress)
                          : fit_logistic_by_path(rows, std::move(standardized), options, progress);
  fitted.facts.class_weights = options.class_weights;
  return fitted;
}

Head refit_head(const FeatureMatrix& rows, const FittedHead& fitted, const HeadOptions& options) {
  const auto standardized = standardize(rows, options, fitted.facts.block_scale);
  if (options.kind != HeadKind::kMlp) return fit_logistic_head(standardized, fitted.facts.l2, options.l1);
  MlpOptions mlp = options.mlp;
  mlp.epochs = fitted.facts.epochs;
  return to_head(standardized,
                 fit_mlp(mlp_data(standardized, all_photos(standardized)), std::nullopt, rows.classes, mlp).head);
}

}  // namespace pawprint
