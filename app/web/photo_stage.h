#pragma once

#include <map>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "app/faces/editable_face.h"

namespace pawprint {

using Strengths = std::map<std::string, double>;  // by attribute

// A photo as the page shows it, small enough for a slider to follow: its longer side has at most 1,600 pixels, its
// largest face about 512.
class PhotoStage {
 public:
  // photo [H,W,3] 8-bit RGB; faces: those in it
  PhotoStage(const cv::Mat& photo, const std::vector<EditableFace>& faces);

  const cv::Mat& rgb() const { return rgb_; }
  // The part in which edits of a face may change anything.
  const cv::Rect& area(size_t face) const { return faces_[face].area; }

  // That part with all edits made that reach into it. Each face's last change is kept: a slider computes only its own.
  //   edits: one for each of the faces
  cv::Mat edited_area(const FaceModel& model, const std::vector<EditableFace>& faces,
                      const std::vector<Strengths>& edits, size_t shown);

 private:
  struct Face {
    Similarity to_square;  // from the stage's pixels
    cv::Rect area;
    Strengths strengths;  // of the last change
    cv::Mat change;       // [S,S,3] float32; empty: none
  };
  cv::Mat rgb_;
  std::vector<Face> faces_;
};

}  // namespace pawprint
