#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "models/base/words.h"

namespace pawprint {

// What of a photo the network sees, and in which shape; S is crop_px.
//   kCrop: the short side is resized to resize_px and the center square of S cut out, as torchvision does
//   kSquash: the whole photo resized to S x S, whatever its shape
//   kPad: the whole photo, its long side S, in the middle of a square of the color that its border has on average
//   kWhole: the whole photo, its short side S and its long side as it comes, both rounded to multiples of kStridePx;
//   of a photo longer than 2:1 the middle. Photos have different shapes then: for networks that take any.
enum class Fit { kCrop, kSquash, kPad, kWhole };
template <>
inline constexpr std::array<std::string_view, 4> kWords<Fit> = {"crop", "squash", "pad", "whole"};
constexpr int64_t kStridePx = 32;  // of the networks' last maps

// How a photo becomes the input of a network; belongs to the backbone and travels in every model file. Resized
// (antialiased bilinear, as Pillow does), then (rgb / 255 - mean) / std.
struct PreprocessSpec {
  Fit fit = Fit::kCrop;
  int64_t resize_px = 256;
  int64_t crop_px = 224;                                 // 16..2048, at most resize_px; equal to it but for kCrop
  std::array<float, 3> mean = {0.485f, 0.456f, 0.406f};  // of R, G, B in 0..1: ImageNet's
  std::array<float, 3> std = {0.229f, 0.224f, 0.225f};
  bool managed_color = false;  // first of all, colors are converted from the photo's profile to sRGB

  // The same with another crop; the border that is cut away keeps its width in pixels (224 of 256, 288 of 320).
  PreprocessSpec with_crop(int64_t px) const;
  // The same at the next size worth a trial, a multiple of kStridePx (224 -> 288, 128 -> 160): convolutional networks
  // see best somewhat above the size they were trained at (Touvron et al. 2019, arXiv:1906.06423).
  PreprocessSpec larger() const;
  // The same with another fit. kCrop only where that is its own: how wide a border to cut away nothing else says.
  PreprocessSpec with_fit(Fit other) const;
  bool operator==(const PreprocessSpec&) const = default;
};

nlohmann::json to_json(const PreprocessSpec& spec);

// Throws Error, with `subject` in front, if a value is missing, of another type or out of range.
PreprocessSpec preprocess_from_json(const nlohmann::json& json, const std::string& subject);

}  // namespace pawprint
