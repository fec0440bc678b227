#include "app/faces/edit.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/training/ordered_parallel.h"

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

at::Tensor edit_difference(const Autoencoder& autoencoder, const at::Tensor& codes,
                           const std::vector<FaceMove>& moves) {
  return moves_mask(moves) * (autoencoder.decode(move_codes(codes, moves)) - autoencoder.decode(codes));
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
  int64_t begin = 0, done = 0;
  const auto next = [&]() -> std::optional<int64_t> {
    if (begin >= rows.size(0)) return std::nullopt;
    begin += kBatch;
    return begin - kBatch;
  };
  ordered_parallel(
      threads, next,
      [&](int64_t from) {
        const torch::NoGradGuard no_grad;
        return work(rows.narrow(0, from, std::min(kBatch, rows.size(0) - from)));
      },
      [&](at::Tensor part) {
        done += part.size(0);
        parts.push_back(std::move(part));
        if (progress) progress(done, rows.size(0));
      });
  return at::cat(parts);
}

}  // namespace pawprint
