// Where in a photo a classifier finds what speaks for a class.
#pragma once

#include <ATen/core/Tensor.h>

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "app/explain/log_odds.h"
#include "models/classifier.h"

namespace pawprint {

struct NetworkShare {
  std::string network;
  double log_odds = 0;  // what its features add to those of an average photo of the training
};

// How much each place of the network's last feature map speaks for a class rather than for another one, in log-odds:
// the mean over the places is ln(p / q) of the two. Of a class against all others it is ln(p / (1 - p)); of many
// classes, that is below zero as soon as the class is less probable than the rest, and the map says "against" nearly
// everywhere. Two classes' maps are each other's negative.
//   A linear head on the mean over places is the mean of the head on each place, so its map is exact: the class
//   activation map (Zhou et al. 2016, arXiv:1512.04150), standardization and bias included. All others count by their
//   probabilities.
//   Several networks' maps are added up, each where it sees the photo, on the cells of the one that sees most of it.
//   A perceptron's map is Grad-CAM's (Selvaraju et al. 2017, arXiv:1610.02391), with its sign: the gradient of the
//   log-odds with respect to the features, times the map, plus the constant that makes the mean right.
struct HeatMap {
  cv::Mat saliency;                       // [h,w] float32; above 0: speaks for the class, below: against it
  double log_odds = 0;                    // of the class, temperature included: the mean of `saliency`
  std::vector<NetworkShare> shares = {};  // of several networks
  double probability = 0;                 // of the class, as `classify` gives it
  int64_t class_index = 0;
  int64_t against = kAllOthers;  // the class it is held against
  PreprocessSpec preprocess;     // which area of a photo it covers: seen_area()
};

// A photo as each of the classifier's networks is shown it (fit_photo()).
struct FittedPhoto {
  std::vector<cv::Mat> fitted;
  cv::Size size;  // of the photo
};

// What the classifier makes of a photo.
struct PhotoView {
  std::vector<at::Tensor> last_maps;  // [D,h,w] float32 of each network
  std::vector<double> probabilities;  // [C], as `classify` gives them
  cv::Size size;                      // of the photo
};

// One PhotoView for each photo; best kForwardBatch at a time.
// Throws Error if a backbone has no stages(), or if its features are not the mean of the last map.
std::vector<PhotoView> view_photos(const Classifier& classifier, const std::vector<FittedPhoto>& photos);

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

// The photo in gray with the saliency over it, orange for the class and blue for what it is held against (told apart by
// color-blind people); what the network did not see is dark. Of the size of the photo, which may be scaled.
//   rgb [H,W,3] 8-bit; full: the saliency that has the full color; 0: full_saliency() of the map
cv::Mat heat_overlay(const cv::Mat& rgb, const HeatMap& map, double full = 0);

// The strongest saliency for or against, but at least 1: a map that hardly says anything shall look like it.
double full_saliency(const HeatMap& map);

// The color of saliency / full, -1 to 1, for legends.   RGB
cv::Vec3b heat_color(double saliency);

}  // namespace pawprint
