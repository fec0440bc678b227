#include "app/training/fit_logistic.h"

#include <torch/optim/lbfgs.h>
#include <torch/script.h>

#include <cmath>

namespace pawprint {

namespace {

// [N,K]: one linear function of x for each output.
at::Tensor scores(const at::Tensor& x, const at::Tensor& theta) {
  const int64_t d = x.size(1);
  const at::Tensor w = theta.narrow(1, 0, d), b = theta.select(1, d);
  if (theta.size(0) == 1) return (at::mv(x, w[0]) + b).unsqueeze(1).to(at::kDouble);
  return (at::mm(x, w.t()) + b).to(at::kDouble);
}

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
  const auto s = scores(x, theta);
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
    const auto margin = sign * s.select(1, 0);
    losses = at::softplus(-margin, 1, 40);  // ln(1 + exp(-margin))
    residual = (-sign * at::sigmoid(-margin)).unsqueeze(1);
  } else {
    const auto log_p = at::log_softmax(s, 1);
    losses = -log_p.gather(1, problem.y.unsqueeze(1)).select(1, 0);
    residual = log_p.exp() - at::one_hot(problem.y, problem.classes);
  }
  residual = (residual * problem.weight.unsqueeze(1) / n).to(problem.x.scalar_type());
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

at::Tensor fit_logistic(const LogisticProblem& problem, double l2, const at::Tensor& start, int64_t most_steps) {
  at::Tensor theta = start.clone().requires_grad_(true);
  const bool single = theta.scalar_type() == at::kFloat;
  torch::optim::LBFGS optimizer({theta}, torch::optim::LBFGSOptions(1.0)
                                             .max_iter(most_steps)
                                             .max_eval(2 * most_steps)
                                             .history_size(10)
                                             .tolerance_grad(single ? 1e-5 : 1e-9)
                                             .tolerance_change(single ? 1e-9 : 1e-15)
                                             .line_search_fn("strong_wolfe"));
  optimizer.step([&] {
    const auto [loss, gradient] = logistic_loss(problem, theta.detach(), l2);
    theta.mutable_grad() = gradient;
    return at::scalar_tensor(loss, at::kDouble);
  });
  return theta.detach();
}

at::Tensor fit_logistic_l1(const LogisticProblem& problem, double l1, double l2, const at::Tensor& start) {
  constexpr int64_t kMostSteps = 5000;
  const int64_t d = problem.x.size(1);
  const double step = 1 / (curvature(problem) + l2);
  at::Tensor theta = start.clone(), ahead = theta;
  double momentum = 1;
  for (int64_t i = 0; i < kMostSteps; ++i) {
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
