#pragma once

#include <cstdint>
#include <limits>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

#include "app/data/perceptual_hash.h"

namespace pawprint {

// What tells whether two photos show the same moment, small enough to be kept for each.
struct PhotoTraits {
  static constexpr int64_t kUnknownTime = std::numeric_limits<int64_t>::min();
  PerceptualHash hash;
  int64_t taken_ms = kUnknownTime;  // by the camera's clock
  uint64_t camera = 0;              // a hash of what EXIF says of it; 0: nothing
  bool other_colors = false;        // its profile is visibly another than sRGB

  static constexpr size_t kBytes = sizeof(PerceptualHash::bits) + sizeof(PerceptualHash::thumbnail) + 1 + 8 + 8 + 1;
  std::string to_bytes() const;  // kBytes, in the byte order of the machine
  static PhotoTraits from_bytes(std::string_view bytes);
};

// bytes: the file; rgb [H,W,3] 8-bit: what decode_photo made of it
PhotoTraits photo_traits(std::string_view bytes, const cv::Mat& rgb);

}  // namespace pawprint
