#include "app/explain/log_odds.h"

#include <torch/script.h>

#include <cmath>

namespace pawprint {

namespace {

// The logits' weights in the log-odds: 1 for the class, minus its share of the others' probability for each
// other; the one it is held against has all of it.
LogOdds log_odds_of_logits(const at::Tensor& logits, int64_t class_index, int64_t against) {
  at::Tensor others = against == kAllOthers ? logits.clone() : at::full_like(logits, -INFINITY);
  if (against == kAllOthers) {
    others[class_index] = -INFINITY;
  } else {
    others[against] = logits[against];
  }
  LogOdds out{(logits[class_index] - others.logsumexp(0)).item<double>(), -others.softmax(0)};
  out.weight[class_index] = 1;
  return out;
}

}  // namespace

// Back-propagation by hand: a head is a few linear layers with ReLU between them.
LogOdds linearized_log_odds(const Head& head, double temperature, const at::Tensor& features, int64_t class_index,
                            int64_t against) {
  std::vector<at::Tensor> weights, active;
  at::Tensor x = features;
  for (size_t i = 0; i < head.layers.size(); ++i) {
    if (i > 0) {
      active.push_back(x.gt(0).to(at::kDouble));
      x = x.relu();
    }
    weights.push_back(head.layers[i].weight.to(at::kDouble));
    x = at::addmv(head.layers[i].bias.to(at::kDouble), weights.back(), x);
  }
  LogOdds out = log_odds_of_logits(x / temperature, class_index, against);
  at::Tensor gradient = out.weight / temperature;
  for (size_t i = weights.size(); i-- > 0;) {
    gradient = weights[i].t().mv(gradient);
    if (i > 0) gradient = gradient * active[i - 1];
  }
  out.weight = gradient;
  return out;
}

}  // namespace pawprint
