#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <opencv2/core/types.hpp>
#include <string>
#include <vector>

namespace pawprint {

// Which pixels of its input a place of a stage's map depends on: a square around pixel center + i * stride_px of each
// axis.
struct StageGeometry {
  std::string name;
  int64_t channels = 0, height = 0, width = 0;  // of the map
  double stride_px = 1, center_px = 0;
  int64_t field_px = 0;      // side of the square: the theoretical receptive field; 0: not known
  int64_t effective_px = 0;  // of the part of it that counts (effective_field.h); 0: not known
};

// Of the maps a network makes of crop_px * crop_px pixels.
//   description: backbone.json's object. What it does not say (plain networks, files written before there was a
//   `center`) is what convolutions that pad both sides alike would have.
//   maps: [C,h,w] of each stage
std::vector<StageGeometry> stage_geometry(const nlohmann::json& description,
                                          const std::vector<std::vector<int64_t>>& maps, int64_t crop_px);

// True if the field is at most half as wide as the crop.
bool is_small(const StageGeometry& stage, int64_t crop_px);

// Side of what is shown of a neuron: a small field whole, of others the part that counts.
int64_t shown_px(const StageGeometry& stage, int64_t crop_px);

// Places on an axis of `places`, from first to last, whose fields do not reach over the edge of the crop, where they
// would answer to the padding. All of them, if the field is not small.
struct PlaceRange {
  int64_t first = 0, last = 0;
};
PlaceRange inner_places(const StageGeometry& stage, int64_t places, int64_t crop_px);

// What is shown of place (y, x), in pixels of the network's input: a square of shown_px of its short side, moved
// inwards where it would reach over the edge.
cv::Rect shown_field(const StageGeometry& stage, int64_t y, int64_t x, const cv::Size& input);

}  // namespace pawprint
