#include "app/faces/directions.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/base/random.h"
#include "app/faces/edit.h"
#include "app/faces/face_pictures.h"
#include "app/training/fit_logistic.h"
#include "models/base/inference_config.h"

namespace pawprint {

namespace {

constexpr int64_t kMaskFaces = 512, kStrengthFaces = 256;
// The attribute classifier knows these faces and edits come from the same training: of other faces, by the eyes of
// another classifier, fewer succeed. 98 % here made 95 % there; 95 % made 90 %.
constexpr double kWantedShare = 0.98;
constexpr double kMinMultiple = 0.25, kMaxMultiple = 4;
constexpr double kL2 = 0.01;                          // of the logistic classifier
constexpr double kMaskFrom = 0.12, kMaskWhole = 0.4;  // of the greatest change
constexpr double kBorder = 0.08;                      // of the side: the mask fades there, so that nothing shows a seam

// The first `max` of the rows, shuffled always in the same way.
at::Tensor some_rows(const at::Tensor& chosen, int64_t max) {
  const auto all = at::nonzero(chosen).flatten();
  std::vector<int64_t> rows(all.data_ptr<int64_t>(), all.data_ptr<int64_t>() + all.numel());
  Random random(1);
  for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.next() % i]);
  rows.resize(std::min(rows.size(), static_cast<size_t>(max)));
  return torch::tensor(rows);
}

at::Tensor as_faces(const at::Tensor& pixels) { return pixels.permute({0, 3, 1, 2}).to(at::kFloat).div(255); }

// Looking for masks and strengths decodes some ten thousand faces, and needs two digits.
at::Tensor roughly_decoded(const Autoencoder& autoencoder, const at::Tensor& codes) {
  return autoencoder.generate(codes, processor_has_bfloat16() ? at::kBFloat16 : at::kFloat).clamp(0, 1);
}

at::Tensor smooth_step(const at::Tensor& x) {
  const auto t = x.clamp(0, 1);
  return t * t * (3 - 2 * t);
}

at::Tensor border_fade(int64_t size) {
  const auto place = (at::arange(size) + 0.5) / static_cast<double>(size);
  const auto edge = smooth_step(at::minimum(place, 1 - place) / kBorder);
  return edge.unsqueeze(0) * edge.unsqueeze(1);
}

at::Tensor blurred(const at::Tensor& picture, double sigma) {
  const auto radius = static_cast<int64_t>(std::ceil(3 * sigma));
  const auto offset = at::arange(-radius, radius + 1).to(at::kFloat);
  auto kernel = at::exp(-offset.square() / (2 * sigma * sigma));
  kernel = kernel / kernel.sum();
  auto out = at::replication_pad2d(picture.unsqueeze(0).unsqueeze(0), {radius, radius, radius, radius});
  out = at::conv2d(out, kernel.view({1, 1, 1, -1}));
  return at::conv2d(out, kernel.view({1, 1, -1, 1})).squeeze(0).squeeze(0);
}

// From the mean absolute change that the direction makes.
at::Tensor learn_mask(const Autoencoder& autoencoder, const at::Tensor& codes, const at::Tensor& direction,
                      int64_t threads) {
  const auto changes = in_batches(codes, threads, [&](const at::Tensor& some) {
    return (roughly_decoded(autoencoder, move(some, direction, 1)) - roughly_decoded(autoencoder, some)).abs().mean(1);
  });
  const int64_t size = changes.size(1);
  const auto change = blurred(changes.mean(0), static_cast<double>(size) / 40);
  const auto share = change / change.max().clamp_min(1e-6);
  return smooth_step((share - kMaskFrom) / (kMaskWhole - kMaskFrom)) * border_fade(size);
}

at::Tensor direction_vector(const CodedFaces& faces, const DirectionRequest& request, DirectionMethod method) {
  const auto weights = request.balance.defined() ? balancing_weights(request.has, request.balance) : at::Tensor();
  const auto direction = method == DirectionMethod::kLogistic
                             ? logistic_separator(faces.codes, request.has, kL2, weights).direction
                             : attribute_direction(faces.codes, request.has, weights);
  return request.orthogonal_to.defined() ? orthogonal_to(direction, request.orthogonal_to) : direction;
}

// Sets strength to the least multiple that convinces, by doubling and bisection, or to the best of those that were
// tried, and says how many it convinces.
void set_strength(const Autoencoder& autoencoder, const CodedFaces& faces, const at::Tensor& lacking,
                  FaceDirection& direction, int64_t threads) {
  const auto rows = some_rows(lacking, kStrengthFaces);
  const auto codes = faces.codes.index_select(0, rows);
  // An edit is this, and the mask times the decoding of the moved code.
  const auto kept = in_batches(faces.pixels.index_select(0, rows), threads, [&](const at::Tensor& some) {
    const auto x = as_faces(some);
    return x - direction.mask * roughly_decoded(autoencoder, autoencoder.encode(x));
  });
  const auto share_at = [&](double multiple) {
    const auto succeeded = in_batches(at::arange(codes.size(0)), threads, [&](const at::Tensor& some) {
      const auto moved = roughly_decoded(autoencoder, move(codes.index_select(0, some), direction.direction, multiple));
      const auto edited = (kept.index_select(0, some) + direction.mask * moved).clamp(0, 1);
      return classifier_logits(autoencoder, direction.classifier, edited) > 0;
    });
    return succeeded.to(at::kDouble).mean().item<double>();
  };
  // Too much convinces no more than too little: a far end that does not convince says nothing of what lies before it.
  double high = kMinMultiple, share = share_at(high);
  for (double multiple = 2 * high; multiple <= kMaxMultiple && share < kWantedShare; multiple *= 2) {
    const double there = share_at(multiple);
    if (there > share) high = multiple, share = there;
  }
  double low = high / 2;
  while (share >= kWantedShare && low >= kMinMultiple && high / low > 1.04) {
    const double middle = std::sqrt(low * high), there = share_at(middle);
    (there >= kWantedShare ? high : low) = middle;
    if (there >= kWantedShare) share = there;
  }
  direction.strength = high;
  direction.facts["share_convinced"] = share;
}

double share_convinced(const FaceDirection& direction) { return direction.facts["share_convinced"]; }

FaceDirection direction_by(DirectionMethod method, const Autoencoder& autoencoder, const CodedFaces& faces,
                           const DirectionRequest& request, int64_t threads) {
  FaceDirection direction;
  direction.name = request.name;
  direction.direction = direction_vector(faces, request, method);
  direction.classifier = request.classifier;
  const auto classifier = direction_classifier(faces.codes, request.has, direction.direction);
  direction.spread = classifier.spread;
  const int64_t with = request.has.sum().item<int64_t>();
  direction.facts = {{"method", word(method)},
                     {"balance", request.balance_names},
                     {"remove", request.orthogonal_names},
                     {"faces_with", with},
                     {"faces_without", request.has.numel() - with},
                     {"training_auc", classifier.auc}};
  const at::Tensor lacking = request.has.logical_not();
  const auto codes = faces.codes.index_select(0, some_rows(lacking, kMaskFaces));
  direction.mask = learn_mask(autoencoder, codes, direction.direction, threads);
  set_strength(autoencoder, faces, lacking, direction, threads);
  return direction;
}

}  // namespace

CodedFaces encode_faces(const Autoencoder& autoencoder, const at::Tensor& pixels, int64_t threads,
                        const Progress& progress) {
  return {pixels,
          in_batches(
              pixels, threads, [&](const at::Tensor& some) { return autoencoder.encode(as_faces(some)); }, progress)};
}

at::Tensor classifier_logits(const Autoencoder& autoencoder, const AttributeClassifier& classifier,
                             const at::Tensor& faces) {
  return at::matmul(autoencoder.classifier_features(faces), classifier.weight) + classifier.bias;
}

AttributeClassifier trained_classifier(const Autoencoder& autoencoder, int64_t k, const at::Tensor& has) {
  const auto layer = autoencoder.classifier_layer();
  const double share = std::clamp(has.to(at::kDouble).mean().item<double>(), 1e-4, 1 - 1e-4);
  return {layer.weight[k].detach().clone(), layer.bias[k].item<double>() - std::log(share / (1 - share))};
}

AttributeClassifier fit_attribute_classifier(const Autoencoder& autoencoder, const at::Tensor& pixels,
                                             const at::Tensor& has, int64_t threads) {
  const auto features = in_batches(
      pixels, threads, [&](const at::Tensor& some) { return autoencoder.classifier_features(as_faces(some)); });
  const auto mean = features.mean(0), scale = features.std(0).clamp_min(1e-3);
  const auto labels = has.to(at::kLong), with = has.to(at::kDouble);
  const double share = with.mean().item<double>();
  LogisticProblem problem;
  problem.x = (features - mean) / scale;
  problem.y = labels;
  problem.weight = at::where(has, at::full_like(with, 0.5 / share), at::full_like(with, 0.5 / (1 - share)));
  const auto theta = fit_logistic(problem, 0.1, zero_theta(problem))[0].to(at::kFloat);
  const auto weight = theta.narrow(0, 0, features.size(1)) / scale;
  return {weight, theta[features.size(1)].item<double>() - at::dot(weight, mean).item<double>()};
}

FaceDirection make_direction(const Autoencoder& autoencoder, const CodedFaces& faces, const DirectionRequest& request,
                             int64_t threads) {
  if (request.method != DirectionMethod::kAuto)
    return direction_by(request.method, autoencoder, faces, request, threads);
  auto logistic = direction_by(DirectionMethod::kLogistic, autoencoder, faces, request, threads);
  if (share_convinced(logistic) >= kWantedShare) return logistic;
  auto mean = direction_by(DirectionMethod::kMean, autoencoder, faces, request, threads);
  return share_convinced(mean) > share_convinced(logistic) ? mean : logistic;
}

}  // namespace pawprint
