// Pictures of what excites a neuron.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "app/neurons/stage_geometry.h"

namespace pawprint {

constexpr int kPatchPx = 96;  // side of a patch in a picture

// The field cut out of what the network saw, kPatchPx * kPatchPx.   crop [S,S,3] 8-bit RGB; field: from shown_field()
cv::Mat cut_patch(const cv::Mat& crop, const cv::Rect& field);

// What the network saw, darkened where the channel is not at least half as strong as where it is strongest: of a field
// as large as the photo this tells what in it is meant.
//   map [h,w] float32: the channel's
cv::Mat light_up(const cv::Mat& crop, const cv::Mat& map, const StageGeometry& stage);

// The crop, side_px large, with the outline of the field in it.
cv::Mat outline_field(const cv::Mat& crop, const cv::Rect& field, int side_px);

// Patches in a square, three by three for nine of them; those that are missing are gray.
cv::Mat mosaic(const std::vector<cv::Mat>& patches, int64_t count);

// Mosaics with a caption of two lines each, four in a row, below a title.
struct CaptionedMosaic {
  cv::Mat picture;
  std::string title, detail;
};
cv::Mat neuron_sheet(const std::string& title, const std::vector<CaptionedMosaic>& mosaics);

}  // namespace pawprint
