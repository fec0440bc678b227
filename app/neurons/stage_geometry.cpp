#include "app/neurons/stage_geometry.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

namespace pawprint {

std::vector<StageGeometry> stage_geometry(const nlohmann::json& description,
                                          const std::vector<std::vector<int64_t>>& maps, int64_t crop_px) {
  const auto found = description.find("stages");
  const bool described = found != description.end() && found->is_array() && found->size() == maps.size();
  std::vector<StageGeometry> stages;
  for (size_t s = 0; s < maps.size(); ++s) {
    const nlohmann::json said = described && (*found)[s].is_object() ? (*found)[s] : nlohmann::json::object();
    const auto number = [&](const char* key, double otherwise) {
      const auto value = said.find(key);
      return value != said.end() && value->is_number() ? value->get<double>() : otherwise;
    };
    const auto name = said.find("name");
    StageGeometry stage{
        name != said.end() && name->is_string() ? name->get<std::string>() : "stage " + std::to_string(s + 1),
        maps[s][0], maps[s][1], maps[s][2]};
    stage.stride_px = number("stride", static_cast<double>(crop_px) / static_cast<double>(stage.width));
    stage.center_px = number(
        "center", (static_cast<double>(crop_px) - 1 - (static_cast<double>(stage.width) - 1) * stage.stride_px) / 2);
    stage.field_px = std::lround(std::clamp(number("receptive_field", 0), 0., 1e6));
    stages.push_back(std::move(stage));
  }
  return stages;
}

bool is_small(const StageGeometry& stage, int64_t crop_px) {
  return stage.field_px > 0 && 2 * stage.field_px <= crop_px;
}

int64_t shown_px(const StageGeometry& stage, int64_t crop_px) {
  if (is_small(stage, crop_px)) return stage.field_px;
  const int64_t known = stage.effective_px > 0 ? stage.effective_px : stage.field_px;
  return known > 0 ? std::min(known, crop_px) : crop_px;
}

PlaceRange inner_places(const StageGeometry& stage, int64_t places, int64_t crop_px) {
  PlaceRange all{0, places - 1};
  if (!is_small(stage, crop_px)) return all;
  const double reach = static_cast<double>(stage.field_px - 1) / 2;
  const PlaceRange inner{
      std::max(all.first, std::lround(std::ceil((reach - stage.center_px) / stage.stride_px))),
      std::min(all.last, std::lround(std::floor((static_cast<double>(crop_px) - 1 - reach - stage.center_px) /
                                                stage.stride_px)))};
  return inner.first <= inner.last ? inner : all;
}

cv::Rect shown_field(const StageGeometry& stage, int64_t y, int64_t x, const cv::Size& input) {
  const auto side = static_cast<int>(shown_px(stage, std::min(input.width, input.height)));
  const auto begin = [&](int64_t place, int px) {
    const double middle = stage.center_px + static_cast<double>(place) * stage.stride_px;
    return std::clamp(static_cast<int>(std::lround(middle - (side - 1) / 2.)), 0, px - side);
  };
  return {begin(x, input.width), begin(y, input.height), side, side};
}

}  // namespace pawprint
