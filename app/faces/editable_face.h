#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "app/faces/edit.h"
#include "app/faces/photo_faces.h"
#include "models/face_model.h"

namespace pawprint {

// A face with what every edit of it needs.
struct EditableFace {
  at::Tensor code;     // [1,Z]
  at::Tensor decoded;  // [1,3,S,S] of the code
  at::Tensor face;     // [1,3,S,S] what edits are added to: a photo's face; the same as decoded for a generated one
  cv::Mat square;      // [D,D,3] 8-bit RGB, D >= S: the photo's face as sharp as it is; empty for a generated one
  PhotoFace cut;       // where it lies in its photo; of no use for a generated one
  std::vector<std::string> attributes;  // that the attribute classifier finds in it
};

EditableFace generated_face(const FaceModel& model, const at::Tensor& code);  // code [Z]
EditableFace editable_face(const FaceModel& model, const cv::Mat& rgb, const PhotoFace& face);

// The moves by their names, those of strength 0 left out. Throws Error naming the attributes there are.
std::vector<FaceMove> named_moves(const FaceModel& model, const std::map<std::string, double>& strengths);

// What the moves add to the square of a photo's face, in steps of 8 bits: in the photo's own tone where it is
// monochrome.   moves: at least one -> [S,S,3] float32
cv::Mat photo_change(const FaceModel& model, const EditableFace& face, const std::vector<FaceMove>& moves);

// The face with the moves made: plainly decoded where it was generated or where that is asked for, else the photo with
// photo_change added.   -> [D,D,3] 8-bit RGB, or [S,S,3] of a generated one
cv::Mat edited_picture(const FaceModel& model, const EditableFace& face, const std::vector<FaceMove>& moves,
                       bool decoded = false);

// The same for several edits at once, at the size the network works in -> each [3,S,S]
std::vector<at::Tensor> edited_tiles(const FaceModel& model, const EditableFace& face,
                                     const std::vector<std::vector<FaceMove>>& edits);

// The photo with the moves (at least one) made on these of its faces; what they do not touch stays bit for bit.
//   decoded: the squares are replaced by the plain decodings, fading out at their borders; of an aligned photo wholly
cv::Mat edit_photo(const FaceModel& model, const cv::Mat& rgb, const std::vector<EditableFace>& faces,
                   const std::vector<FaceMove>& moves, bool decoded, bool aligned);

// Smoothly enlarged or antialiased.   rgb [H,H,3] -> [size_px,size_px,3]
cv::Mat scaled_picture(const cv::Mat& rgb, int64_t size_px);

}  // namespace pawprint
