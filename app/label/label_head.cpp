#include "app/label/label_head.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/data/split.h"
#include "app/evaluation/metrics.h"
#include "app/evaluation/selective_prediction.h"
#include "app/training/fit_logistic.h"

namespace pawprint {

namespace {

LogisticProblem problem_of(const at::Tensor& x, const std::vector<int64_t>& labels, int64_t classes) {
  return {x, at::tensor(labels), at::ones({x.size(0)}, at::kDouble), classes};
}

// As exact as what is asked next needs it.
at::Tensor fit_quickly(const LogisticProblem& problem, double strength, const at::Tensor& start) {
  constexpr int64_t kMaxSteps = 100;
  constexpr double kTolerance = 1e-6;
  return fit_logistic(problem, strength / static_cast<double>(problem.x.size(0)), start, kMaxSteps, kTolerance);
}

bool has_two_classes(const std::vector<int64_t>& labels) {
  return std::any_of(labels.begin(), labels.end(), [&](int64_t label) { return label != labels.front(); });
}

at::Tensor probabilities_at(const at::Tensor& x, const at::Tensor& theta) {
  return at::softmax(logistic_logits(x, theta), 1);
}

// The out-of-fold probabilities [M,C] float64; a fold whose head would see one class only says that it knows nothing.
at::Tensor out_of_fold(const at::Tensor& x, const LabeledRows& rows, const std::vector<int64_t>& fold, int64_t folds,
                       double strength, const std::function<void()>& tick) {
  auto out = at::full({x.size(0), rows.classes}, 1.0 / static_cast<double>(rows.classes), at::kDouble);
  at::Tensor theta;
  for (int64_t held = 0; held < folds; ++held) {
    tick();
    std::vector<int64_t> inside, outside, labels;
    for (size_t i = 0; i < fold.size(); ++i) {
      (fold[i] == held ? outside : inside).push_back(static_cast<int64_t>(i));
      if (fold[i] != held) labels.push_back(rows.labels[i]);
    }
    if (outside.empty() || !has_two_classes(labels)) continue;
    const auto problem = problem_of(x.index_select(0, at::tensor(inside)), labels, rows.classes);
    theta = fit_quickly(problem, strength, theta.defined() ? theta : zero_theta(problem));
    const auto index = at::tensor(outside);
    out.index_copy_(0, index, probabilities_at(x.index_select(0, index), theta));
  }
  return out;
}

// Whether so many are right by knowing more than the most frequent class.
bool better_than_majority(const std::vector<double>& probabilities, const std::vector<int64_t>& labels,
                          int64_t classes) {
  std::vector<int64_t> of_class(classes);
  int64_t wrong = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    ++of_class[labels[i]];
    wrong += argmax(&probabilities[i * static_cast<size_t>(classes)], classes) != labels[i];
  }
  const auto count = static_cast<int64_t>(labels.size());
  const auto most = *std::max_element(of_class.begin(), of_class.end());
  return binomial_tail(wrong, count, 1 - static_cast<double>(most) / static_cast<double>(count)) < 0.05;
}

}  // namespace

void LabelHead::standardize(const at::Tensor& features) {
  const torch::NoGradGuard no_grad;
  const auto before_mean = mean_, before_scale = scale_;
  mean_ = features.mean(0);
  scale_ = features.std(0, false).clamp_min_(1e-6);
  if (!theta_.defined()) return;  // the same head, of features that are standardized otherwise
  const int64_t d = mean_.size(0);
  auto w = theta_.narrow(1, 0, d);
  theta_.select(1, d) += at::mv(w, (mean_ - before_mean) / before_scale);
  w *= scale_ / before_scale;
}

at::Tensor LabelHead::standardized(const at::Tensor& features) const { return (features - mean_) / scale_; }

void LabelHead::fit(const LabeledRows& rows, double strength) {
  const torch::NoGradGuard no_grad;
  if (rows.labels.empty() || !has_two_classes(rows.labels)) return forget();
  const auto problem = problem_of(standardized(rows.features), rows.labels, rows.classes);
  const auto zero = zero_theta(problem);
  if (!theta_.defined() || theta_.sizes() != zero.sizes()) theta_ = zero;
  theta_ = fit_quickly(problem, strength, theta_);
}

at::Tensor LabelHead::probabilities(const at::Tensor& features) const {
  const torch::NoGradGuard no_grad;
  const int64_t d = mean_.size(0);
  const auto w = theta_.narrow(1, 0, d) / scale_;  // of the features as they are: no copy of all of them
  const auto folded = at::cat({w, (theta_.select(1, d) - at::mv(w, mean_)).unsqueeze(1)}, 1);
  return probabilities_at(features, folded).to(at::kFloat);
}

LabelCheck cross_validate_labels(const LabelHead& head, const LabeledRows& rows, uint64_t seed,
                                 const std::function<void()>& tick) {
  constexpr size_t kFewest = 10;
  constexpr int64_t kFolds = 5;
  const torch::NoGradGuard no_grad;
  LabelCheck check;
  if (rows.labels.size() < kFewest || !has_two_classes(rows.labels)) return check;
  const auto x = head.standardized(rows.features);
  const auto fold = assign_folds(rows.content, rows.labels, kFolds, seed);
  const auto y = at::tensor(rows.labels).unsqueeze(1);
  double least = std::numeric_limits<double>::infinity();
  for (const double strength : {30.0, LabelHead::kStrength, 0.3}) {
    const auto p = out_of_fold(x, rows, fold, kFolds, strength, tick).contiguous();
    const double loss = -p.gather(1, y).clamp_min(1e-15).log().mean().item<double>();
    if (loss >= least) continue;
    least = loss;
    check.strength = strength;
    check.probabilities.assign(p.data_ptr<double>(), p.data_ptr<double>() + p.numel());
  }
  check.better_than_chance = better_than_majority(check.probabilities, rows.labels, rows.classes);
  return check;
}

}  // namespace pawprint
