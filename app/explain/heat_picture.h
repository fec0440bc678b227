#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "app/explain/heat_map.h"

namespace pawprint {

constexpr int kPanelPx = 480;  // longer side of the photo in a picture

struct NamedMap {
  HeatMap map;
  std::string class_name;
  std::string against_name;  // of the class that the blue places speak for
};

// The photo, scaled so that its longer side has side_px.   rgb [H,W,3] 8-bit
cv::Mat panel_of(const cv::Mat& rgb, int side_px = kPanelPx);

// The photo and its maps side by side, four in a row, in one scale of colors.   panel: from panel_of()
cv::Mat heat_panels(const cv::Mat& panel, const std::vector<NamedMap>& maps);

// The same with margins, and below each panel a caption: the photo's name, or the class, its probability and what the
// colors speak for.
// Letters other than ASCII's become `?`.
cv::Mat heat_picture(const cv::Mat& panel, const std::string& photo_name, const std::vector<NamedMap>& maps);

// 98.3 %; what is no certainty is not rounded to one.
std::string percent_label(double p);

}  // namespace pawprint
