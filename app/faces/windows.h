#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/objdetect.hpp>
#include <vector>

#include "app/faces/geometry.h"

namespace pawprint {

// A square of a photo that a cascade takes for a face or an eye; turned with the picture it was searched in.
struct Window {
  cv::Point2d center;  // photo pixels
  double side = 0;     // photo pixels
  double angle = 0;    // degrees
};

// Windows that agree.
struct Cluster {
  Window mean;
  int votes = 0;
};

struct WindowSizes {
  double min_px = 0, max_px = 0;  // of the searched picture
  double step = 1.1;              // each size to the next
};

// Every window the cascade accepts, ungrouped, in a fixed order.
//   picture: 8-bit gray; to_photo: from its pixels (continuous) to the photo's
std::vector<Window> search(cv::CascadeClassifier& cascade, const cv::Mat& picture, const Similarity& to_photo,
                           const WindowSizes& sizes);

// Groups windows whose centers are less than a third of a side apart and whose sides differ by less than half; the
// group with the most votes first. A window votes for one group only.
std::vector<Cluster> group(std::vector<Window> windows);

// The square around a window (its side times `margin`), upright, size_px a side, and the way from its pixels to the
// photo's.
struct UprightPatch {
  cv::Mat gray;
  Similarity to_photo;
};
UprightPatch cut_upright(const cv::Mat& gray, const Window& window, double margin, int size_px);

}  // namespace pawprint
