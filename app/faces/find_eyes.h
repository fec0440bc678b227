#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/objdetect.hpp>

#include "app/faces/windows.h"

namespace pawprint {

struct Eyes {
  cv::Point2d left, right;  // photo pixels
  double votes = 0;         // for the eye with fewer; below 1 they were placed by a face's proportions
};

// Where the eyes of a face are: between where the cascade finds them, looked for twice (the second time in the face
// turned upright by the first), and where they lie in most faces.
//   cascade: haarcascade_eye_tree_eyeglasses; grey: the photo, 8-bit; face: as the frontal face cascades see it
Eyes find_eyes(cv::CascadeClassifier& cascade, const cv::Mat& grey, const Window& face);

}  // namespace pawprint
