#include "models/base/preprocess_spec.h"

#include <algorithm>
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

Fit fit_from(const nlohmann::json& json) {
  const auto known = std::find(kWords<Fit>.begin(), kWords<Fit>.end(), json.get<std::string>());
  if (known == kWords<Fit>.end()) throw std::invalid_argument("not a fit");
  return static_cast<Fit>(known - kWords<Fit>.begin());
}

}  // namespace

PreprocessSpec PreprocessSpec::with_crop(int64_t px) const {
  PreprocessSpec spec = *this;
  spec.resize_px = px + (resize_px - crop_px);
  spec.crop_px = px;
  return spec;
}

PreprocessSpec PreprocessSpec::larger() const {
  const int64_t steps = std::lround(static_cast<double>(crop_px) * 9 / 7 / kStridePx);
  return with_crop(std::max(crop_px + kStridePx, steps * kStridePx));
}

PreprocessSpec PreprocessSpec::with_fit(Fit other) const {
  PreprocessSpec spec = *this;
  spec.fit = other;
  if (other != Fit::kCrop) spec.resize_px = crop_px;
  return spec;
}

// A fit that an older pawprint does not know makes the file's format a newer one (checksummed_archive.cpp).
nlohmann::json to_json(const PreprocessSpec& spec) {
  nlohmann::json json = {{"resize", spec.resize_px},
                         {"crop", spec.crop_px},
                         {"interpolation", "bilinear"},
                         {"mean", spec.mean},
                         {"std", spec.std}};
  if (spec.fit != Fit::kCrop) json["fit"] = word(spec.fit);
  if (spec.managed_color) json["colour"] = "managed";
  return json;
}

PreprocessSpec preprocess_from_json(const nlohmann::json& json, const std::string& subject) {
  const auto refuse = [&](const std::string& what) { return Error(subject + ": preprocess: " + what); };
  PreprocessSpec spec;
  try {
    spec.resize_px = whole_number(json.at("resize"));
    spec.crop_px = whole_number(json.at("crop"));
    spec.mean = three_numbers(json.at("mean"));
    spec.std = three_numbers(json.at("std"));
    spec.fit = fit_from(json.value("fit", nlohmann::json("crop")));
    spec.managed_color = json.contains("colour");
    if (spec.managed_color && json["colour"] != "managed")
      throw refuse("expected colour 'managed' or none, got " + cut_to(json["colour"].dump(), kMaxShownBytes));
    if (json.at("interpolation") != "bilinear")
      throw refuse("expected interpolation 'bilinear', got " + cut_to(json.at("interpolation").dump(), kMaxShownBytes));
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    throw refuse("expected resize, crop, interpolation, mean, std and a known fit, got " +
                 cut_to(json.dump(), kMaxShownBytes));
  }
  if (spec.crop_px < 16 || spec.crop_px > 2048 || spec.resize_px < spec.crop_px || spec.resize_px > 4096)
    throw refuse("expected 16 <= crop <= resize <= 4096, got " + cut_to(json.dump(), kMaxShownBytes));
  if (spec.fit != Fit::kCrop && spec.resize_px != spec.crop_px)
    throw refuse("expected resize and crop to be equal with fit " + word(spec.fit) + ", got " +
                 cut_to(json.dump(), kMaxShownBytes));
  for (int c = 0; c < 3; ++c) {
    if (!std::isfinite(spec.mean[c]) || !std::isfinite(spec.std[c]) || spec.std[c] <= 0)
      throw refuse("expected finite means and positive standard deviations, got " +
                   cut_to(json.dump(), kMaxShownBytes));
  }
  return spec;
}

}  // namespace pawprint
