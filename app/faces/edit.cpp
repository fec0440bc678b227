#include "app/faces/edit.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/base/parallel.h"
#include "app/training/runtime.h"

namespace pawprint {

namespace {

constexpr int64_t kBatch = 32;
constexpr double kWholeMaskFrom = 0.25;  // strength

}  // namespace

at::Tensor move_codes(const at::Tensor& codes, const std::vector<FaceMove>& moves) {
  at::Tensor moved = codes;
  for (const auto& [direction, strength] : moves)
    moved = move(moved, direction->direction, strength * direction->strength);
  return moved;
}

at::Tensor moves_mask(const std::vector<FaceMove>& moves) {
  at::Tensor mask = at::zeros_like(moves.front().direction->mask);
  for (const auto& [direction, strength] : moves)
    mask = at::maximum(mask, direction->mask * std::min(1., std::abs(strength) / kWholeMaskFrom));
  return mask;
}

at::Tensor edit_difference(const at::Tensor& moved, const at::Tensor& decoded, const std::vector<FaceMove>& moves) {
  return moves_mask(moves) * (moved - decoded);
}

at::Tensor edit_difference(const Autoencoder& autoencoder, const at::Tensor& codes,
                           const std::vector<FaceMove>& moves) {
  return edit_difference(autoencoder.decode(move_codes(codes, moves)), autoencoder.decode(codes), moves);
}

at::Tensor edit_faces(const Autoencoder& autoencoder, const at::Tensor& faces, const std::vector<FaceMove>& moves,
                      bool decoded) {
  const at::Tensor codes = autoencoder.encode(faces);
  if (decoded) return autoencoder.decode(move_codes(codes, moves));
  return (faces + edit_difference(autoencoder, codes, moves)).clamp(0, 1);
}

at::Tensor in_batches(const at::Tensor& rows, int64_t threads, const std::function<at::Tensor(const at::Tensor&)>& work,
                      const Progress& progress) {
  std::vector<at::Tensor> parts;
  parallel_ranges(
      math_workers(threads), rows.size(0), kBatch,
      [&](int64_t first, int64_t count) {
        const torch::NoGradGuard no_grad;
        return work(rows.narrow(0, first, count));
      },
      [&](at::Tensor part) { parts.push_back(std::move(part)); }, progress);
  return at::cat(parts);
}

}  // namespace pawprint
