#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace pawprint {

// How a photo becomes the input of a network; belongs to the backbone and travels in every model file.
// Resize so that the short side has resize_px (antialiased bilinear, as Pillow and torchvision do), cut the center
// square of crop_px, then (rgb / 255 - mean) / std.
struct PreprocessSpec {
  int64_t resize_px = 256;
  int64_t crop_px = 224;                                 // 16..2048, at most resize_px
  std::array<float, 3> mean = {0.485f, 0.456f, 0.406f};  // of R, G, B in 0..1: ImageNet's
  std::array<float, 3> std = {0.229f, 0.224f, 0.225f};

  // The same with another crop; the border that is cut away keeps its width in pixels (224 of 256, 288 of 320).
  PreprocessSpec with_crop(int64_t px) const;
  bool operator==(const PreprocessSpec&) const = default;
};

nlohmann::json to_json(const PreprocessSpec& spec);

// Throws Error, with `subject` in front, if a value is missing, of another type or out of range.
PreprocessSpec preprocess_from_json(const nlohmann::json& json, const std::string& subject);

}  // namespace pawprint
