#pragma once

#include <ATen/core/Tensor.h>

#include <string>

#include "app/faces/directions.h"
#include "models/face_model.h"

namespace pawprint {

// What a direction is worth on faces that nothing was fitted on. Faces without the attribute are edited in the default
// way (edit.h) at strength 1, and the attribute classifier says what they look like: never the direction itself.
struct DirectionScore {
  std::string name;
  int64_t faces_with = 0, faces_without = 0;
  double auc = 0;      // of the direction as a classifier of codes
  double p_value = 1;  // share of 1,000 assignments of the attribute, this one and 999 drawn, that give as high an AUC
  double classifier_accuracy = 0, classifier_auc = 0;  // accuracy: mean of the shares found on the two sides
  double success_rate = 0;  // share of the edited faces that the attribute classifier takes for having the attribute
  double success_rate_before = 0;    // of the same faces, unedited
  double random_direction_rate = 0;  // moved as far in codes, each along a random direction
  double drift = 0;                  // mean distance between the codes of edited and original, at right angles to the
                                     // direction, as a share of the root mean square distance between two faces' codes
  double outside_psnr_db = 0;        // between edited and original; a pixel counts by 1 - mask
  double upper_psnr_db = 0;          // of the rows above the nose: the upper 7/16
  double sharpness_ratio = 0;        // edited / original
  double mask_share = 0;             // of the square
};

// has [N] bool, at least one of each. The PSNR and ratios are means over faces.
DirectionScore score_direction(const Autoencoder& autoencoder, const FaceDirection& direction, const CodedFaces& faces,
                               const at::Tensor& has, int64_t threads, uint64_t seed);

}  // namespace pawprint
