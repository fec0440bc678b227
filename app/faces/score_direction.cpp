#include "app/faces/score_direction.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "app/faces/edit.h"
#include "app/faces/face_pictures.h"
#include "models/image_quality.h"

namespace pawprint {

namespace {

constexpr int64_t kPermutations = 999;

// scores [N] as a classifier.
DirectionClassifier classifier(const at::Tensor& scores, const at::Tensor& has) {
  return direction_classifier(scores.to(at::kFloat).unsqueeze(1), has, at::ones({1}));
}

void score_codes(const FaceDirection& direction, const at::Tensor& codes, const at::Tensor& has, uint64_t seed,
                 DirectionScore& score) {
  const auto along = projection(codes, direction.direction);
  score.auc = classifier(along, has).auc;
  // The direction is not fitted anew, as permutation_p_value asks for: it has never seen these codes.
  score.p_value = permutation_p_value(
      along.unsqueeze(1), has,
      [](const at::Tensor& scores, const at::Tensor& labels) { return classifier(scores.squeeze(1), labels).auc; },
      kPermutations, seed);
}

void score_classifier(const Autoencoder& autoencoder, const FaceDirection& direction, const CodedFaces& faces,
                      const at::Tensor& has, int64_t threads, DirectionScore& score) {
  const auto logits = in_batches(at::arange(has.size(0)), threads, [&](const at::Tensor& some) {
    return classifier_logits(autoencoder, direction.classifier, face_batch(faces.pixels, some));
  });
  const auto right = ((logits > 0) == has).to(at::kDouble), with = has.to(at::kDouble), without = 1 - with;
  score.classifier_auc = classifier(logits, has).auc;
  score.classifier_accuracy =
      (((right * with).sum() / with.sum() + (right * without).sum() / without.sum()) / 2).item<double>();
}

at::Tensor weighted_psnr_db(const at::Tensor& a, const at::Tensor& b, const at::Tensor& weight) {
  const auto squares = (a - b).square().mean(1) * weight;  // [N,S,S]
  return -10 * (squares.sum({1, 2}) / weight.sum().clamp_min(1e-6)).clamp_min(1e-10).log10();
}

at::Tensor orthogonal_length(const at::Tensor& change, const at::Tensor& direction) {
  const auto unit = direction / direction.norm();
  return (change - at::outer(change.mv(unit), unit)).norm(2, 1);
}

// Each face moved as far as the direction goes, another way: [K,Z].
at::Tensor random_directions(const at::Tensor& like, const at::Tensor& rows, uint64_t seed) {
  std::vector<at::Tensor> directions;
  for (int64_t i = 0; i < rows.numel(); ++i)
    directions.push_back(random_direction(like, seed + static_cast<uint64_t>(rows[i].item<int64_t>())));
  return at::stack(directions);
}

// [K,7] of some faces: classified before, after and moved at random; drift, PSNR outside and above, sharpness.
at::Tensor measure_edits(const Autoencoder& autoencoder, const FaceDirection& direction, const CodedFaces& faces,
                         const at::Tensor& rows, uint64_t seed) {
  const auto original = face_batch(faces.pixels, rows), codes = faces.codes.index_select(0, rows);
  const auto edit = [&](const FaceDirection& along) {
    return (original + edit_difference(autoencoder, codes, {{&along, 1}})).clamp(0, 1);
  };
  const auto has_it = [&](const at::Tensor& x) {
    return (classifier_logits(autoencoder, direction.classifier, x) > 0).to(at::kFloat);
  };
  FaceDirection random = direction;
  random.direction = random_directions(direction.direction, rows, seed);
  const auto edited = edit(direction);
  const int64_t upper = original.size(2) * 7 / 16;
  return at::stack(
      {has_it(original), has_it(edited), has_it(edit(random)),
       orthogonal_length(autoencoder.encode(edited) - codes, direction.direction),
       weighted_psnr_db(edited, original, 1 - direction.mask),
       psnr_db(edited.narrow(2, 0, upper), original.narrow(2, 0, upper)), sharpness(edited) / sharpness(original)},
      1);
}

}  // namespace

DirectionScore score_direction(const Autoencoder& autoencoder, const FaceDirection& direction, const CodedFaces& faces,
                               const at::Tensor& has, int64_t threads, uint64_t seed) {
  const torch::NoGradGuard no_grad;
  DirectionScore score;
  score.name = direction.name;
  score.faces_with = has.sum().item<int64_t>();
  score.faces_without = has.numel() - score.faces_with;
  score_codes(direction, faces.codes, has, seed, score);
  score_classifier(autoencoder, direction, faces, has, threads, score);
  const auto lacking = at::nonzero(has.logical_not()).flatten();
  const auto edits = in_batches(lacking, threads, [&](const at::Tensor& some) {
    return measure_edits(autoencoder, direction, faces, some, seed);
  });
  const auto means = edits.to(at::kDouble).mean(0);
  // Of two faces drawn at random, codes differ by twice the variance.
  const double between = std::sqrt(2 * faces.codes.to(at::kDouble).var(0, true).sum().item<double>());
  score.success_rate_before = means[0].item<double>();
  score.success_rate = means[1].item<double>();
  score.random_direction_rate = means[2].item<double>();
  score.drift = means[3].item<double>() / std::max(between, 1e-12);
  score.outside_psnr_db = means[4].item<double>();
  score.upper_psnr_db = means[5].item<double>();
  score.sharpness_ratio = means[6].item<double>();
  score.mask_share = direction.mask.mean().item<double>();
  return score;
}

}  // namespace pawprint
