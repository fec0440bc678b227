// Where in a photo a classifier finds what speaks for a class.
#pragma once

#include <ATen/core/Tensor.h>

#include <opencv2/core/mat.hpp>
#include <vector>

#include "app/explain/log_odds.h"
#include "models/classifier.h"

namespace pawprint {

// How much each place of the network's last feature map speaks for a class rather than for another one, in log-odds:
// the mean over the places is ln(p / q) of the two. Of a class against all others it is ln(p / (1 - p)); of many
// classes, that is below zero as soon as the class is less probable than the rest, and the map says "against" nearly
// everywhere. Two classes' maps are each other's negative.
//   A linear head on the mean over places is the mean of the head on each place, so its map is exact: the class
//   activation map (Zhou et al. 2016, arXiv:1512.04150), standardization and bias included. All others count by their
//   probabilities.
//   A perceptron's map is Grad-CAM's (Selvaraju et al. 2017, arXiv:1610.02391), with its sign: the gradient of the
//   log-odds with respect to the features, times the map, plus the constant that makes the mean right.
struct HeatMap {
  cv::Mat saliency;        // [h,w] float32; above 0: speaks for the class, below: against it
  double log_odds = 0;     // of the class, temperature included: the mean of `saliency`
  double probability = 0;  // of the class, as `classify` gives it
  int64_t class_index = 0;
  int64_t against = kAllOthers;  // the class it is held against
  double seen = 1;  // the network saw the center square of the photo with this many short sides as its side
};

// What the classifier makes of a photo.
struct PhotoView {
  at::Tensor last_map;                // [D,h,w] float32
  std::vector<double> probabilities;  // [C], as `classify` gives them
};

// pixels [N,3,S,S], as preprocess() writes them, channels-last -> one view each; best kForwardBatch at a time.
// Throws Error if the backbone has no stages(), or if its features are not the mean of the last map.
std::vector<PhotoView> view_photos(const Classifier& classifier, const at::Tensor& pixels);

// The map of one class.   0 <= class_index < C; against: another class, or kAllOthers
HeatMap heat_map(const Classifier& classifier, const PhotoView& view, int64_t class_index,
                 int64_t against = kAllOthers);

// The same from photos in hand, [H,W,3] 8-bit RGB.
//   classes: one for each, negative for the most probable
//   against: likewise; left out: the most probable other class
std::vector<HeatMap> heat_maps(const Classifier& classifier, const std::vector<cv::Mat>& photos,
                               const std::vector<int64_t>& classes, const std::vector<int64_t>& against = {});

// The most probable class but one, the first of equal ones.   probabilities [C], C >= 2
int64_t strongest_other(const std::vector<double>& probabilities, int64_t class_index);

// Pixels of photos as the network takes them, [N,3,S,S] float32 or bfloat16 as the configuration says, channels-last.
//   crops [S,S,3] 8-bit RGB, from resize_and_crop()
at::Tensor crops_to_pixels(PreprocessSpec spec, const InferenceConfig& config, const std::vector<cv::Mat>& crops);

// The photo in gray with the saliency over it, orange for the class and blue for what it is held against (told apart by
// color-blind people); what the network did not see is dark. Of the size of the photo, which may be scaled.
//   rgb [H,W,3] 8-bit; full: the saliency that has the full color; 0: full_saliency() of the map
cv::Mat heat_overlay(const cv::Mat& rgb, const HeatMap& map, double full = 0);

// The strongest saliency for or against, but at least 1: a map that hardly says anything shall look like it.
double full_saliency(const HeatMap& map);

// The color of saliency / full, -1 to 1, for legends.   RGB
cv::Vec3b heat_color(double saliency);

}  // namespace pawprint
