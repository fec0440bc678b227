#include "models/base/preprocess_spec.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "models/base/atomic_file.h"
#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr size_t kMaxShownBytes = 300;

// nlohmann::json would cut 256.5 to 256, take true for 1, and the first three of four numbers.
int64_t whole_number(const nlohmann::json& json) {
  if (!json.is_number_integer()) throw std::invalid_argument("not a whole number");
  return json.get<int64_t>();
}

std::array<float, 3> three_numbers(const nlohmann::json& json) {
  if (json.size() != 3) throw std::invalid_argument("not three numbers");
  return json.get<std::array<float, 3>>();
}

}  // namespace

PreprocessSpec PreprocessSpec::with_crop(int64_t px) const {
  PreprocessSpec spec = *this;
  spec.resize_px = px + (resize_px - crop_px);
  spec.crop_px = px;
  return spec;
}

nlohmann::json to_json(const PreprocessSpec& spec) {
  return {{"resize", spec.resize_px},
          {"crop", spec.crop_px},
          {"interpolation", "bilinear"},
          {"mean", spec.mean},
          {"std", spec.std}};
}

PreprocessSpec preprocess_from_json(const nlohmann::json& json, const std::string& subject) {
  const auto refuse = [&](const std::string& what) { return Error(subject + ": preprocess: " + what); };
  PreprocessSpec spec;
  try {
    spec.resize_px = whole_number(json.at("resize"));
    spec.crop_px = whole_number(json.at("crop"));
    spec.mean = three_numbers(json.at("mean"));
    spec.std = three_numbers(json.at("std"));
    if (json.at("interpolation") != "bilinear")
      throw refuse("expected interpolation 'bilinear', got " + cut_to(json.at("interpolation").dump(), kMaxShownBytes));
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw refuse("expected resize, crop, interpolation, mean and std, got " + cut_to(json.dump(), kMaxShownBytes));
  }
  if (spec.crop_px < 16 || spec.crop_px > 2048 || spec.resize_px < spec.crop_px || spec.resize_px > 4096)
    throw refuse("expected 16 <= crop <= resize <= 4096, got " + cut_to(json.dump(), kMaxShownBytes));
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(spec.mean[c]) || !std::isfinite(spec.std[c]) || spec.std[c] <= 0)
      throw refuse("expected finite means and positive standard deviations, got " +
                   cut_to(json.dump(), kMaxShownBytes));
  }
  return spec;
}

}  // namespace pawprint
