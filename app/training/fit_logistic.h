#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace pawprint {

// The lecture's logistic regression. For two classes P(second | x) = sigma(<w,x> + b), and the loss is the mean of
// ln(1 + exp(-y (<w,x> + b))) with y = -1 or +1, plus l2/2 |w|^2; the bias is free. For more classes: softmax.
struct LogisticProblem {
  at::Tensor x;       // [N,D] float32 or float64, standardized
  at::Tensor y;       // [N] int64, 0 <= y < classes
  at::Tensor weight;  // [N] float64, >= 0, its sum is the number of rows the mean is taken over; 0 leaves a row out
  int64_t classes = 2;
  at::Tensor variance = {};  // [D] float64: of the columns of x, where they are uncorrelated; else undefined

  int64_t outputs() const { return classes == 2 ? 1 : classes; }
};

struct LossAndGradient {
  double loss = 0;
  at::Tensor gradient;  // like theta
};

// theta [K,D+1] of x's type: a row of weights and a bias for each output; K = 1 for two classes, else the number of
// classes.
LossAndGradient logistic_loss(const LogisticProblem& problem, const at::Tensor& theta, double l2);

// x [N,D] -> logits [N,C] float64, C >= 2; for two classes (-s/2, s/2) with s = <w,x> + b, so that softmax gives
// sigma(s).
at::Tensor logistic_logits(const at::Tensor& x, const at::Tensor& theta);

// The minimum, by L-BFGS (Liu and Nocedal 1989) from `start`. With the columns' variance it begins with the diagonal of
// the Hessian, which is nearly all of it then: some ten steps.
//   tolerance: ends where a Newton step would lower the loss by no more; of float32 at least 1e-9, or 1e-7 with
//   variance
at::Tensor fit_logistic(const LogisticProblem& problem, double l2, const at::Tensor& start, int64_t max_steps = 300,
                        double tolerance = 0);

// The minimum with l1 |w|_1 added, by accelerated proximal gradients (FISTA, Beck and Teboulle 2009): exact zeros.
at::Tensor fit_logistic_l1(const LogisticProblem& problem, double l1, double l2, const at::Tensor& start);

at::Tensor zero_theta(const LogisticProblem& problem);

}  // namespace pawprint
