#include "app/training/fit_logistic.h"

#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

namespace pawprint {

namespace {

constexpr int64_t kMaxTries = 25;  // of step sizes

// [N,K]: one linear function of x for each output, of x's type.
at::Tensor scores(const at::Tensor& x, const at::Tensor& theta) {
  const int64_t d = x.size(1);
  const at::Tensor w = theta.narrow(1, 0, d), b = theta.select(1, d);
  if (theta.size(0) == 1) return (at::mv(x, w[0]) + b).unsqueeze(1);
  return at::addmm(b, x, w.t());
}

// [K,D+1]: what a step of one in each parameter is worth, 1 / sqrt(the Hessian's diagonal) at theta. For uncorrelated
// columns of mean 0 that is mean p(1-p) of the output times the column's variance, and the penalty.
at::Tensor step_scale(const LogisticProblem& problem, const at::Tensor& theta, double l2) {
  const torch::NoGradGuard no_grad;
  constexpr double kMinCurvature = 1e-3;  // an output that is sure of everything becomes unsure on the way
  const auto p = at::softmax(scores(problem.x, theta), 1);
  const auto spread = at::mv((p * (1 - p)).t(), (problem.weight / problem.weight.sum()).to(p.scalar_type()));
  const auto curvature = spread.to(at::kDouble).clamp_min(kMinCurvature / static_cast<double>(problem.classes));
  const auto columns = at::cat({problem.variance, at::ones({1}, at::kDouble)});
  auto penalty = at::full_like(columns, l2);
  penalty[-1] = 0;  // the bias is free
  return (at::outer(curvature, columns) + penalty).rsqrt().to(theta.scalar_type());
}

double inner_product(const at::Tensor& a, const at::Tensor& b) {
  return at::dot(a.flatten(), b.flatten()).item<double>();
}

// What L-BFGS knows of the inverse of the Hessian (Nocedal 1980): the last steps and the gradient's changes on them,
// and a diagonal to begin with.
struct InverseHessian {
  struct Update {
    at::Tensor step, change;
    double curvature;  // step * change, positive
  };
  at::Tensor diagonal;  // or undefined: 1 everywhere
  std::deque<Update> updates;

  at::Tensor scaled(const at::Tensor& x) const { return diagonal.defined() ? x * diagonal : x.clone(); }

  void learn(const at::Tensor& step, const at::Tensor& change) {
    constexpr size_t kMemory = 10;
    const double curvature = inner_product(step, change);
    if (!(curvature > 1e-10 * std::sqrt(inner_product(step, step) * inner_product(change, change))))
      return;  // rounding
    updates.push_back({step, change, curvature});
    if (updates.size() > kMemory) updates.pop_front();
  }

  at::Tensor times(const at::Tensor& gradient) const {
    at::Tensor q = gradient.clone();
    std::vector<double> shares(updates.size());
    for (size_t i = updates.size(); i-- > 0;) {
      shares[i] = inner_product(updates[i].step, q) / updates[i].curvature;
      q.sub_(updates[i].change, shares[i]);
    }
    at::Tensor r = scaled(q);
    if (!updates.empty()) {
      const auto& last = updates.back();
      r *= last.curvature / inner_product(last.change, scaled(last.change));
    }
    for (size_t i = 0; i < updates.size(); ++i)
      r.add_(updates[i].step, shares[i] - inner_product(updates[i].change, r) / updates[i].curvature);
    return r;
  }
};

// A bound on the curvature of the mean loss: the largest eigenvalue of (x,1)' diag(weight) (x,1) / n, by power
// iteration, times the softmax's (1/4 for two classes, 1/2 for more: Boehning 1992).
double curvature(const LogisticProblem& problem) {
  const double n = problem.weight.sum().item<double>();
  const auto weight = problem.weight.to(problem.x.scalar_type());
  at::Tensor v = at::ones({problem.x.size(1)}, problem.x.options()) / std::sqrt(problem.x.size(1));
  at::Tensor v_bias = at::ones({}, problem.x.options());
  double largest = 1;
  for (int i = 0; i < 30; ++i) {
    const auto r = (at::mv(problem.x, v) + v_bias) * weight;
    v = at::mv(problem.x.t(), r) / n;
    v_bias = r.sum() / n;
    largest = (v.square().sum() + v_bias.square()).sqrt().item<double>();
    v = v / largest;
    v_bias = v_bias / largest;
  }
  return 1.05 * largest * (problem.classes == 2 ? 0.25 : 0.5);
}

}  // namespace

at::Tensor zero_theta(const LogisticProblem& problem) {
  return at::zeros({problem.outputs(), problem.x.size(1) + 1}, problem.x.options());
}

at::Tensor logistic_logits(const at::Tensor& x, const at::Tensor& theta) {
  const torch::NoGradGuard no_grad;
  const auto s = scores(x, theta).to(at::kDouble);
  return theta.size(0) == 1 ? at::cat({-s / 2, s / 2}, 1) : s;
}

LossAndGradient logistic_loss(const LogisticProblem& problem, const at::Tensor& theta, double l2) {
  const torch::NoGradGuard no_grad;
  const int64_t d = problem.x.size(1);
  const double n = problem.weight.sum().item<double>();
  const auto s = scores(problem.x, theta);
  at::Tensor losses, residual;  // of each row; d loss / d score [N,K]
  if (theta.size(0) == 1) {
    const auto sign = problem.y.to(at::kDouble) * 2 - 1;
    const auto margin = sign * s.select(1, 0).to(at::kDouble);
    losses = at::softplus(-margin, 1, 40);  // ln(1 + exp(-margin))
    residual = (-sign * at::sigmoid(-margin)).unsqueeze(1);
    residual = (residual * problem.weight.unsqueeze(1) / n).to(problem.x.scalar_type());
  } else {  // in the type of x: with many classes this is as much work as the products
    const auto y = problem.y.unsqueeze(1);
    residual = at::log_softmax(s, 1);
    losses = -residual.gather(1, y).select(1, 0).to(at::kDouble);
    residual.exp_().scatter_add_(1, y, at::full({1, 1}, -1, residual.options()).expand_as(y));
    residual *= (problem.weight / n).to(residual.scalar_type()).unsqueeze(1);
  }
  const auto w = theta.narrow(1, 0, d);
  LossAndGradient out;
  out.loss =
      ((losses * problem.weight).sum() / n).item<double>() + l2 / 2 * w.to(at::kDouble).square().sum().item<double>();
  out.gradient = at::empty_like(theta);
  if (theta.size(0) == 1) {
    out.gradient.narrow(1, 0, d).copy_(at::mv(problem.x.t(), residual.select(1, 0)).unsqueeze(0) + w * l2);
  } else {
    out.gradient.narrow(1, 0, d).copy_(at::mm(residual.t(), problem.x) + w * l2);
  }
  out.gradient.select(1, d).copy_(residual.sum(0));
  return out;
}

at::Tensor fit_logistic(const LogisticProblem& problem, double l2, const at::Tensor& start, int64_t max_steps,
                        double tolerance) {
  const torch::NoGradGuard no_grad;
  const bool single = start.scalar_type() == at::kFloat, scaled = problem.variance.defined();
  const double min_gradient = !single ? 1e-9 : scaled ? 1e-7 : 1e-5;
  const double min_gain = single ? std::max(tolerance, scaled ? 1e-7 : 1e-9) : std::min(tolerance, 1e-15);
  InverseHessian inverse{scaled ? step_scale(problem, start, l2).square_() : at::Tensor(), {}};
  at::Tensor theta = start.clone();
  auto [loss, gradient] = logistic_loss(problem, theta, l2);
  for (int64_t step = 0; step < max_steps && gradient.abs().max().item<double>() > min_gradient; ++step) {
    const at::Tensor direction = inverse.times(gradient).neg_();
    const double slope = inner_product(gradient, direction);
    if (-slope / 2 < min_gain) break;  // what a Newton step would gain
    double size = step == 0 && !scaled ? std::min(1.0, 1 / gradient.abs().sum().item<double>()) : 1;
    at::Tensor next;
    LossAndGradient there;
    for (int64_t tries = 0;;
         ++tries) {  // Armijo's condition; the loss is convex, so any such step keeps the curvature positive
      next = theta + size * direction;
      there = logistic_loss(problem, next, l2);
      const double rise = there.loss - loss - size * slope;
      if (there.loss <= loss + 1e-4 * size * slope || tries == kMaxTries) break;
      size *= std::clamp(-size * slope / (2 * rise), 0.1, 0.5);  // the least of the parabola
    }
    if (there.loss > loss) break;  // rounding: no better point can be told apart
    inverse.learn(next - theta, there.gradient - gradient);
    theta = next;
    gradient = there.gradient;
    const double gain = loss - there.loss;
    loss = there.loss;
    if (gain < min_gain && size == 1) break;
  }
  return theta;
}

at::Tensor fit_logistic_l1(const LogisticProblem& problem, double l1, double l2, const at::Tensor& start) {
  constexpr int64_t kMaxSteps = 5000;
  const int64_t d = problem.x.size(1);
  const double step = 1 / (curvature(problem) + l2);
  at::Tensor theta = start.clone(), ahead = theta;
  double momentum = 1;
  for (int64_t i = 0; i < kMaxSteps; ++i) {
    at::Tensor moved = ahead - step * logistic_loss(problem, ahead, l2).gradient;
    auto w = moved.narrow(1, 0, d);
    w.copy_(w.sign() * (w.abs() - step * l1).clamp_min(0));  // the proximal step; the bias is free
    const at::Tensor change = moved - theta;
    const double next = (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
    // Restart where the momentum points uphill (O'Donoghue and Candes 2015).
    const bool uphill = ((ahead - moved) * change).sum().item<double>() > 0;
    ahead = uphill ? moved : moved + (momentum - 1) / next * change;
    momentum = uphill ? 1 : next;
    theta = moved;
    if (change.abs().max().item<double>() < 1e-7) break;
  }
  return theta;
}

}  // namespace pawprint
