#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <vector>

#include "app/base/progress.h"
#include "models/face_model.h"

namespace pawprint {

// How far along which direction: strength 1 adds the attribute, -1 takes it away.
struct FaceMove {
  const FaceDirection* direction;
  double strength = 1;
};

// codes [N,Z] -> [N,Z]
at::Tensor move_codes(const at::Tensor& codes, const std::vector<FaceMove>& moves);

// Where the moves (at least one) may change a picture: [S,S] 0..1, the union of their masks; a move's own grows with
// its strength up to a quarter, so that nothing jumps when a slider leaves 0.
at::Tensor moves_mask(const std::vector<FaceMove>& moves);

// What the moves add to a picture: mask * (decode(moved) - decode(code)). A photo with this difference added stays as
// sharp as it was wherever the edit does nothing (deep feature interpolation's residual: Upchurch et al. 2017,
// arXiv:1611.05507).   moved, decoded: the two decodings [...,3,S,S] -> the same shape, in -1..1
at::Tensor edit_difference(const at::Tensor& moved, const at::Tensor& decoded, const std::vector<FaceMove>& moves);

// The same for codes [N,Z] -> [N,3,S,S]
at::Tensor edit_difference(const Autoencoder& autoencoder, const at::Tensor& codes, const std::vector<FaceMove>& moves);

// faces [N,3,S,S] float32 0..1 -> the same, edited. decoded: the plain decoding of the moved codes instead.
at::Tensor edit_faces(const Autoencoder& autoencoder, const at::Tensor& faces, const std::vector<FaceMove>& moves,
                      bool decoded = false);

// work(rows) for batches of rows, in `threads` workers, put together in order.   rows [N,...], N >= 1 -> [N,...]
at::Tensor in_batches(const at::Tensor& rows, int64_t threads, const std::function<at::Tensor(const at::Tensor&)>& work,
                      const Progress& progress = {});

}  // namespace pawprint
