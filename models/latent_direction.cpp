#include <torch/script.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/base/error.h"
#include "models/latent.h"

namespace pawprint {

namespace {

std::string shape(const at::Tensor& x) {
  std::string text = "[";
  for (const int64_t size : x.sizes()) text += (text.size() > 1 ? "," : "") + std::to_string(size);
  return text + "]";
}

void require_zeros_and_ones(const at::Tensor& x, const std::string& subject) {
  if (x.scalar_type() == at::kBool) return;
  if (!((x == 0) | (x == 1)).all().item<bool>()) throw Error(subject + ": expected 0 or 1, got other numbers");
}

// The attribute as bool [N], checked against the codes: as many, and both sides.
at::Tensor checked_attribute(const at::Tensor& codes, const at::Tensor& has_attribute) {
  if (codes.dim() != 2) throw Error("codes: expected the shape [N,Z], got " + shape(codes));
  if (has_attribute.dim() != 1 || has_attribute.size(0) != codes.size(0)) {
    throw Error("attribute: expected one value for each of " + std::to_string(codes.size(0)) + " codes, got " +
                shape(has_attribute));
  }
  require_zeros_and_ones(has_attribute, "attribute");
  const auto has = has_attribute.to(at::kBool).contiguous();
  const int64_t positives = has.sum().item<int64_t>();
  if (positives == 0 || positives == has.size(0)) {
    throw Error("attribute: expected codes with it and codes without, got " + std::to_string(positives) + " with of " +
                std::to_string(has.size(0)));
  }
  return has;
}

// weights [N] float64; undefined: ones
at::Tensor checked_weights(const at::Tensor& weights, const at::Tensor& has) {
  if (!weights.defined()) return at::ones({has.size(0)}, at::kDouble);
  if (weights.sizes() != has.sizes() || !(weights >= 0).all().item<bool>())
    throw Error("weights: expected one number that is not negative for each code, got " + shape(weights));
  if (!((weights * has).sum() > 0).item<bool>() || !((weights * has.logical_not()).sum() > 0).item<bool>())
    throw Error("weights: expected some above 0 on both sides, got none");
  return weights.to(at::kDouble);
}

// rows of x where `has`, minus rows where not: weighted means in double.
at::Tensor difference_of_means(const at::Tensor& x, const at::Tensor& has, const at::Tensor& weights) {
  const auto with = weights * has, without = weights - with;
  return x.t().mv(with / with.sum() - without / without.sum());
}

// [N]: the same number for codes with the same values of all the others.
at::Tensor cells(const at::Tensor& others, int64_t n) {
  constexpr int64_t kMaxOthers = 30;
  if (others.dim() != 2 || others.size(0) != n || others.size(1) > kMaxOthers) {
    throw Error("other attributes: expected the shape [" + std::to_string(n) +
                ",K] with K <= " + std::to_string(kMaxOthers) + ", got " + shape(others));
  }
  require_zeros_and_ones(others, "other attributes");
  auto cell = at::zeros({n}, at::kLong);
  for (const auto& other : others.to(at::kLong).unbind(1)) cell = cell * 2 + other;
  return cell;
}

// Logistic regression by Newton's method, for x [N,Z] standardized and float64 -> theta [Z+1], the bias last.
class NewtonLogistic {
 public:
  NewtonLogistic(const at::Tensor& x, const at::Tensor& has, double l2, const at::Tensor& weights)
      : x_(at::cat({x, at::ones({x.size(0), 1}, at::kDouble)}, 1)),
        y_(has.to(at::kDouble)),
        share_(weights / weights.sum()) {
    ridge_ = at::full({x_.size(1)}, l2, at::kDouble);
    ridge_[-1] = 0;  // the bias is free
  }

  at::Tensor fit() const {
    constexpr int kMaxSteps = 100;
    constexpr double kFlat = 1e-20;  // the fall of the loss that a step promises
    auto theta = at::zeros({x_.size(1)}, at::kDouble);
    for (int i = 0; i < kMaxSteps; ++i) {
      const auto p = x_.mv(theta).sigmoid();
      const auto gradient = x_.t().mv(share_ * (p - y_)) + ridge_ * theta;
      const auto weighted = x_ * (share_ * p * (1 - p)).unsqueeze(1);
      const auto step = -at::linalg_solve(weighted.t().mm(x_) + at::diag(ridge_ + kJitter), gradient);
      const double slope = gradient.dot(step).item<double>();
      if (-slope < kFlat) break;
      const auto next = line_search(theta, step, slope);
      if (!next.defined()) break;
      theta = next;
    }
    return theta;
  }

 private:
  static constexpr double kJitter = 1e-12;  // where all probabilities are 0 or 1 the bias has no curvature

  double loss(const at::Tensor& theta) const {
    const auto margin = (2 * y_ - 1) * x_.mv(theta);
    return (share_.dot(at::softplus(-margin, 1, 40)) + (ridge_ * theta.square()).sum() / 2).item<double>();
  }

  // Halves the step until the loss falls (Armijo 1966); undefined where rounding leaves nothing to gain.
  at::Tensor line_search(const at::Tensor& theta, const at::Tensor& step, double slope) const {
    const double start = loss(theta);
    for (double length = 1; length > 1e-10; length /= 2) {
      const auto next = theta + length * step;
      if (loss(next) <= start + 1e-4 * length * slope) return next;
    }
    return {};
  }

  at::Tensor x_, y_, share_, ridge_;
};

struct Scored {
  double score;
  bool positive;
};

struct Cut {
  double auc = 0, threshold = 0, balanced_accuracy = 0.5, accuracy = 0;
};

// One pass over the scores in ascending order, equals together: the area, and the best place to cut.
Cut best_cut(std::vector<Scored> scored) {
  std::sort(scored.begin(), scored.end(), [](const Scored& a, const Scored& b) { return a.score < b.score; });
  const auto positives =
      static_cast<double>(std::count_if(scored.begin(), scored.end(), [](const Scored& s) { return s.positive; }));
  const double negatives = static_cast<double>(scored.size()) - positives;
  Cut cut{0, scored.front().score, 0.5, positives / (positives + negatives)};  // all above
  double positives_below = 0, negatives_below = 0, pairs = 0;
  for (size_t i = 0; i < scored.size();) {
    double same_positives = 0, same_negatives = 0;
    const double score = scored[i].score;
    for (; i < scored.size() && scored[i].score == score; ++i) ++(scored[i].positive ? same_positives : same_negatives);
    pairs += same_positives * (negatives_below + same_negatives / 2);
    positives_below += same_positives;
    negatives_below += same_negatives;
    const double balanced = ((positives - positives_below) / positives + negatives_below / negatives) / 2;
    if (i < scored.size() && balanced > cut.balanced_accuracy) {
      cut.balanced_accuracy = balanced;
      cut.threshold = (score + scored[i].score) / 2;
      cut.accuracy = (positives - positives_below + negatives_below) / (positives + negatives);
    }
  }
  cut.auc = pairs / (positives * negatives);
  return cut;
}

}  // namespace

at::Tensor attribute_direction(const at::Tensor& codes, const at::Tensor& has_attribute, const at::Tensor& weights) {
  const auto has = checked_attribute(codes, has_attribute);
  return difference_of_means(codes.to(at::kDouble), has, checked_weights(weights, has)).to(at::kFloat);
}

at::Tensor balancing_weights(const at::Tensor& has_attribute, const at::Tensor& others) {
  const auto cell = cells(others, has_attribute.size(0));
  const auto has = has_attribute.to(at::kDouble), lacks = 1 - has;
  const auto numbers = std::get<1>(at::_unique2(cell, true, true));
  const int64_t count = numbers.max().item<int64_t>() + 1;
  const auto in_cell = [&](const at::Tensor& side) {
    return at::zeros({count}, at::kDouble).index_add(0, numbers, side).index_select(0, numbers);
  };
  const auto n = in_cell(has), m = in_cell(lacks), weights = (has * m + lacks * n) / (n + m);
  if (!(weights.sum() > 0).item<bool>()) {
    throw Error(
        "other attributes: expected codes with the attribute and codes without that are alike in the others, got none; "
        "balance over fewer");
  }
  return weights;
}

at::Tensor orthogonal_to(const at::Tensor& direction, const at::Tensor& given) {
  constexpr double kNothing = 1e-6;  // of the length before: what rounding in float32 leaves of a dependent row
  if (given.dim() != 2 || given.size(1) != direction.numel()) {
    throw Error("given directions: expected the shape [K," + std::to_string(direction.numel()) + "], got " +
                shape(given));
  }
  std::vector<at::Tensor> basis;
  const auto remainder = [&](at::Tensor x) {
    for (int pass = 0; pass < 2; ++pass) {  // twice is enough (Giraud et al. 2005)
      for (const auto& unit : basis) x = x - unit * unit.dot(x);
    }
    return x;
  };
  for (const auto& row : given.to(at::kDouble).unbind(0)) {
    const auto rest = remainder(row);
    const double length = rest.norm().item<double>();
    if (length > kNothing * row.norm().item<double>()) basis.push_back(rest / length);
  }
  const auto x = direction.to(at::kDouble), rest = remainder(x);
  if (!(rest.norm().item<double>() > kNothing * x.norm().item<double>())) {
    throw Error("direction: expected one that is not a sum of multiples of the given directions, got nothing left");
  }
  return rest.to(at::kFloat);
}

Separator logistic_separator(const at::Tensor& codes, const at::Tensor& has_attribute, double l2,
                             const at::Tensor& weights) {
  constexpr double kConstant = 1e-6;  // what rounding in float32 makes of a constant
  const auto has = checked_attribute(codes, has_attribute);
  if (!(l2 > 0)) throw Error("l2: expected a number above 0, got " + std::to_string(l2));
  const auto x = codes.to(at::kDouble), weight = checked_weights(weights, has);
  const auto mean = x.mean(0), deviation = x.std(0, false);
  const auto varies = deviation > kConstant * std::get<0>(x.abs().max(0));
  const auto scale = at::where(varies, deviation, at::ones_like(deviation));
  const auto theta = NewtonLogistic((x - mean) / scale, has, l2, weight).fit();
  const auto w = theta.narrow(0, 0, x.size(1)), normal = w / scale;
  const double gain = normal.dot(w).item<double>();
  const double wanted = normal.dot(difference_of_means(x, has, weight)).item<double>();
  if (!(gain > 0 && wanted > 0)) throw Error("codes: expected sides with different means, got equal ones");
  const double bias = (theta[-1] - normal.dot(mean)).item<double>();
  return {normal.to(at::kFloat), bias, (w * (wanted / gain)).to(at::kFloat)};
}

at::Tensor projection(const at::Tensor& codes, const at::Tensor& direction) {
  if (codes.dim() != 2 || direction.dim() != 1 || codes.size(1) != direction.size(0)) {
    throw Error("direction: expected as many numbers as a code has, got " + shape(direction) + " for codes " +
                shape(codes));
  }
  const auto along = direction.to(at::kDouble);
  const double squared = along.square().sum().item<double>();
  if (!(squared > 0)) throw Error("direction: expected a length above 0, got 0");
  return (codes.to(at::kDouble).mv(along) / squared).to(at::kFloat);
}

DirectionClassifier direction_classifier(const at::Tensor& codes, const at::Tensor& has_attribute,
                                         const at::Tensor& direction) {
  const auto has = checked_attribute(codes, has_attribute);
  const auto projections = projection(codes, direction).to(at::kDouble).contiguous();
  const auto* score = projections.data_ptr<double>();
  const auto* positive = has.data_ptr<bool>();
  std::vector<Scored> scored;
  for (int64_t i = 0; i < has.size(0); ++i) scored.push_back({score[i], positive[i]});
  const auto cut = best_cut(std::move(scored));
  return {cut.threshold, cut.balanced_accuracy, cut.accuracy, cut.auc, projections.std(0, true).item<double>()};
}

}  // namespace pawprint
