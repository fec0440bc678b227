#include "app/data/photo_traits.h"

#include <cstring>
#include <opencv2/imgproc.hpp>

#include "app/data/carry_metadata.h"
#include "app/data/color.h"
#include "app/data/exif.h"
#include "models/base/sha256.h"

namespace pawprint {

namespace {

// Calls f(pointer, size) for each part of a record, in order.
template <class Traits, class F>
void each_part(Traits& traits, F f) {
  f(&traits.hash.bits, sizeof traits.hash.bits);
  f(&traits.hash.thumbnail, sizeof traits.hash.thumbnail);
  f(&traits.taken_ms, sizeof traits.taken_ms);
  f(&traits.camera, sizeof traits.camera);
  f(&traits.other_colors, sizeof traits.other_colors);
}

}  // namespace

std::string PhotoTraits::to_bytes() const {
  std::string bytes(1, hash.flat ? '\1' : '\0');
  each_part(*this, [&](const void* part, size_t size) { bytes.append(static_cast<const char*>(part), size); });
  return bytes;
}

PhotoTraits PhotoTraits::from_bytes(std::string_view bytes) {
  PhotoTraits traits;
  traits.hash.flat = bytes[0] != 0;
  bytes.remove_prefix(1);
  each_part(traits, [&](void* part, size_t size) {
    std::memcpy(part, bytes.data(), size);
    bytes.remove_prefix(size);
  });
  return traits;
}

PhotoTraits photo_traits(std::string_view bytes, const cv::Mat& rgb) {
  PhotoTraits traits;
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  traits.hash = perceptual_hash(gray);
  const PhotoInfo info = read_photo_info(bytes, image_format(bytes));
  if (info.taken_ms) traits.taken_ms = *info.taken_ms;
  if (!info.camera.empty()) std::memcpy(&traits.camera, sha256(info.camera).bytes.data(), sizeof traits.camera);
  traits.other_colors = differs_from_srgb(color_profile(bytes));
  return traits;
}

}  // namespace pawprint
