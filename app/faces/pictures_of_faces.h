#pragma once

#include <ATen/core/Tensor.h>

#include <opencv2/core/mat.hpp>

#include "app/faces/options.h"
#include "models/face_model.h"

namespace pawprint {

// Pictures for looking at, 8-bit RGB. Throw Error if a photo cannot be used, or has no face.

// One face with a growing strength of an attribute, from left to right.
cv::Mat draw_strip(const FaceModel& model, const FaceStripOptions& options);

// From one face to another: decoded codes on the way.
cv::Mat draw_morph(const FaceModel& model, const FaceMixOptions& options);

// A is to B as C is to the face at the bottom right (White 2016's J-diagram).
cv::Mat draw_analogy(const FaceModel& model, const FaceMixOptions& options);

// Random codes [count,Z]: sampled from the distribution of the training faces' codes, a little closer to its middle,
// because those far out look odd.
at::Tensor draw_codes(const FaceModel& model, int64_t count, uint64_t seed);

// Decoded, as options say: [count,3,S,S] float32 RGB 0..1; and all of them on one sheet.
at::Tensor sample_faces(const FaceModel& model, const FaceGalleryOptions& options);
cv::Mat gallery_sheet(const at::Tensor& faces);

}  // namespace pawprint
