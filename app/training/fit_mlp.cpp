#include "app/training/fit_mlp.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/optim/adamw.h>
#include <torch/script.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace pawprint {

namespace {

constexpr double kBatchNormEps = 1e-5;

struct Perceptron {
  at::Tensor w1, b1, gamma, beta, w2, b2;

  Perceptron(int64_t inputs, int64_t hidden, int64_t classes, at::Generator random) {
    const auto uniform = [&](at::IntArrayRef shape, int64_t fan_in) {  // He et al. 2015 for ReLU
      const double bound = std::sqrt(6.0 / static_cast<double>(fan_in));
      return at::empty(shape).uniform_(-bound, bound, random);
    };
    w1 = uniform({hidden, inputs}, inputs).requires_grad_(true);
    w2 = at::zeros({classes, hidden}).requires_grad_(true);  // begins undecided: few steps go far on a small dataset
    b1 = at::zeros({hidden}).requires_grad_(true);
    b2 = at::zeros({classes}).requires_grad_(true);
    gamma = at::ones({hidden}).requires_grad_(true);
    beta = at::zeros({hidden}).requires_grad_(true);
  }

  at::Tensor training_logits(const at::Tensor& x, double dropout, at::Generator random) {
    at::Tensor h = at::linear(x, w1, b1);
    h = at::batch_norm(h, gamma, beta, {}, {}, true, 0, kBatchNormEps, false).relu();
    if (dropout > 0) h = h * at::empty_like(h).bernoulli_(1 - dropout, random) / (1 - dropout);
    return at::linear(h, w2, b2);
  }

  // What it computes in eval mode, as two linear layers of its own memory. Batch normalization takes the statistics of
  // all training rows instead of running averages: those lag behind where an epoch has only a few batches.
  Head head(const at::Tensor& x) const {
    const torch::NoGradGuard no_grad;
    const auto h = at::linear(x, w1, b1);
    const auto scale = gamma / (h.var(0, false) + kBatchNormEps).sqrt();
    return {{fold_affine({w1, b1}, scale, beta - h.mean(0) * scale), {w2.clone(), b2.clone()}}};
  }
};

at::Tensor weighted_loss(const at::Tensor& logits, const MlpData& rows) {
  const auto losses = -at::log_softmax(logits, 1).gather(1, rows.y.unsqueeze(1)).select(1, 0);
  return (losses * rows.weight).sum() / rows.weight.sum();
}

MlpData select_rows(const MlpData& rows, const at::Tensor& index) {
  return {rows.x.index_select(0, index), rows.y.index_select(0, index), rows.weight.index_select(0, index)};
}

// Each epoch draws from its own generator, so that nothing depends on what was drawn before.
at::Generator generator(uint64_t seed, int64_t epoch) {
  return at::make_generator<at::CPUGeneratorImpl>(seed * 0x9e3779b97f4a7c15ULL + static_cast<uint64_t>(epoch));
}

class Trainer {
 public:
  Trainer(const MlpData& rows, int64_t classes, const MlpOptions& options)
      : rows_(rows),
        options_(options),
        net_(rows.x.size(1), options.hidden, classes, generator(options.seed, 0)),
        batch_(std::clamp<int64_t>(rows.x.size(0) / 16, 8, options.batch)),  // at least 16 steps an epoch
        steps_((rows.x.size(0) + batch_ - 1) / batch_ * options.epochs),
        optimizer_(
            {group({net_.w1, net_.w2}, options.weight_decay), group({net_.b1, net_.b2, net_.gamma, net_.beta}, 0)},
            torch::optim::AdamWOptions(options.learning_rate)) {}

  // One pass over the rows in a drawn order; returns the mean loss.
  double epoch(int64_t number) {
    auto random = generator(options_.seed, number);
    const auto order = at::randperm(rows_.x.size(0), random, at::kLong);
    double sum = 0;
    int64_t batches = 0;
    for (const auto& index : order.split(batch_)) {
      if (index.numel() < 2 && order.numel() > 1) continue;  // batch normalization needs two
      set_learning_rate();
      const MlpData batch = select_rows(rows_, index);
      const auto loss = weighted_loss(net_.training_logits(batch.x, options_.dropout, random), batch);
      optimizer_.zero_grad();
      loss.backward();
      optimizer_.step();
      sum += loss.item<double>();
      ++batches;
    }
    return sum / static_cast<double>(std::max<int64_t>(batches, 1));
  }

  Head head() const { return net_.head(rows_.x); }

 private:
  static torch::optim::OptimizerParamGroup group(std::vector<at::Tensor> parameters, double weight_decay) {
    return {std::move(parameters),
            std::make_unique<torch::optim::AdamWOptions>(torch::optim::AdamWOptions().weight_decay(weight_decay))};
  }

  void set_learning_rate() {
    const double part = static_cast<double>(step_++) / static_cast<double>(steps_);
    for (auto& parameters : optimizer_.param_groups())
      static_cast<torch::optim::AdamWOptions&>(parameters.options())
          .lr(options_.learning_rate * 0.5 * (1 + std::cos(M_PI * part)));
  }

  const MlpData& rows_;
  const MlpOptions& options_;
  Perceptron net_;
  int64_t batch_;
  int64_t steps_;
  int64_t step_ = 0;
  torch::optim::AdamW optimizer_;
};

}  // namespace

MlpFit fit_mlp(const MlpData& rows, const std::optional<MlpData>& stopping, int64_t classes,
               const MlpOptions& options) {
  const at::AutoGradMode with_gradients(true);
  Trainer trainer(rows, classes, options);
  MlpFit fit;
  double best = std::numeric_limits<double>::infinity();
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    fit.training_loss.push_back(trainer.epoch(epoch));
    Head head = trainer.head();
    if (stopping) {
      fit.stopping_loss.push_back(weighted_loss(head.forward(stopping->x), *stopping).item<double>());
      if (fit.stopping_loss.back() >= best) {
        if (epoch - fit.best_epoch >= options.patience) break;
        continue;
      }
      best = fit.stopping_loss.back();
    }
    fit.head = std::move(head);
    fit.best_epoch = epoch;
  }
  return fit;
}

}  // namespace pawprint
