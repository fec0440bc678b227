#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/faces/find_faces.h"
#include "app/faces/options.h"
#include "app/faces/tone.h"
#include "models/face_model.h"

namespace pawprint {

// A face of a photo, as the autoencoder sees it.
struct PhotoFace {
  Similarity to_square;      // from the photo's pixels to the square of side 1
  at::Tensor face;           // [3,S,S] float32 RGB 0..1
  std::optional<Tone> tone;  // of a monochrome photo: edits keep to it
};

// Cuts faces out of photos in the way a model's training pictures were cut.
class FaceAligner {
 public:
  // aligned: photos are like the training pictures, a face each, and no face is looked for.
  // Throws Error if faces are to be found for a model whose training pictures did not tell where the eyes are.
  FaceAligner(const FaceModel& model, bool aligned);

  // The faces from left to right; none if none is found. Any thread.   rgb [H,W,3] 8-bit
  // An aligned photo of S x S is taken whole; others by the model's crop where they are as large as the training
  // pictures, else by the largest square in the middle.
  std::vector<PhotoFace> faces(const cv::Mat& rgb) const;

  // The square [S,S,3] RGB of the largest. Throws Unreadable if there is none.
  cv::Mat largest_face(const cv::Mat& rgb) const;

 private:
  std::vector<Similarity> places(const cv::Mat& rgb) const;
  cv::Rect aligned_square(const cv::Mat& rgb) const;

  int64_t size_px_;
  std::optional<FaceCrop> crop_;
  std::optional<FaceGeometry> geometry_;
  std::shared_ptr<const FaceFinder> finder_;  // null: aligned
};

// The names of the directions that the attribute classifier takes this face for having already.   face [3,S,S] float32
// 0..1
std::vector<std::string> attributes_found(const FaceModel& model, const at::Tensor& face);

// How large a square shows all there is of a face in the photo: from S to 256 pixels.
int64_t display_px(const FaceModel& model, const PhotoFace& face);

// Where the eyes lie in the training pictures, for faces.json: null where too few faces are found in them.
//   pixels [N,S,S,3] uint8
nlohmann::json measure_eyes(const at::Tensor& pixels);

}  // namespace pawprint
