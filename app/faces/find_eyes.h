#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/objdetect.hpp>

#include "app/faces/windows.h"

namespace pawprint {

struct EyeCascades {
  cv::CascadeClassifier eye;               // haarcascade_eye
  cv::CascadeClassifier eye_with_glasses;  // haarcascade_eye_tree_eyeglasses: more exact, finds fewer
};

struct Eyes {
  cv::Point2d left, right;  // photo pixels
  double votes = 0;         // for the eye with fewer, of the cascade with more; 0: no pair of eyes was seen
};

// Where the eyes of a face are: between where the more exact cascade finds them, looked for twice (the second time in
// the face turned upright by the first), and where they lie in most faces.
//   gray: the photo, 8-bit; face: as the frontal face cascades see it
Eyes find_eyes(EyeCascades& cascades, const cv::Mat& gray, const Window& face);

}  // namespace pawprint
