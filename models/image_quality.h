#pragma once

#include <ATen/core/Tensor.h>

namespace pawprint {

// How alike two pictures are, and how sharp one is. Pictures [N,C,H,W] float32, 0..1, on any device; one number for
// each picture -> [N] float32. TORCH_CHECK fails for other shapes. All may be differentiated.

// Peak signal-to-noise ratio in decibels, -10 log10 of the mean squared error, at most 100.
at::Tensor psnr_db(const at::Tensor& a, const at::Tensor& b);

// Structural similarity, 1 for equal pictures (Wang et al. 2004, doi:10.1109/TIP.2003.819861): Gaussian windows of
// 11x11 pixels, sigma 1.5, K1 = 0.01, K2 = 0.03, the mean over channels and over the windows that lie wholly inside, as
// in the authors' program; so the outermost pixels count less. H, W >= 11. A training loss is 1 - ssim.
at::Tensor ssim(const at::Tensor& a, const at::Tensor& b);

// How steep the luma (BT.601) is: the root mean square of its gradient, by differences between neighbors, a pixel; at
// least 1e-6. rgb [N,3,H,W], H, W >= 2. Proportional to contrast. Blur lowers it: a step over n pixels has 1 / sqrt(n)
// of a hard step's. The mean gradient would be the same for both; the Laplacian's deviation is twice as easily raised
// by noise.
at::Tensor sharpness(const at::Tensor& rgb);

}  // namespace pawprint
