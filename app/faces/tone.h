#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>
#include <optional>

namespace pawprint {

// The colors of a monochrome picture: gray, sepia, blue, two inks. Each of them goes with one luma.
struct Tone {
  std::array<cv::Vec3f, 256> tint{};  // at a luma of 0..255: what R, G and B have more than it; all 0: gray

  // The color of that luma, R, G and B in 0..255.   luma: any; beyond 0..255 the tint is that of the end
  cv::Vec3f color(float luma) const;
};

// The tone of a face's square, if it is monochrome: its colors, averaged over 4 x 4 pixels, deviate from those usual
// at their luma by less than a limit that 98 % of CelebA's faces exceed. Averages, because JPEG keeps chroma coarsely.
//   square [S,S,3] 8-bit RGB, S a multiple of 4
std::optional<Tone> monochrome_tone(const cv::Mat& square);

// The change in this tone: luma changes as it says, colors as luma does.
//   square [S,S,3] 8-bit RGB; change [S,S,3] float32 in steps of 8 bits -> the same; three equal channels for gray
cv::Mat change_in_tone(const Tone& tone, const cv::Mat& square, const cv::Mat& change);

// The picture in this tone.   picture [S,S,3] float32 0..255 -> the same
cv::Mat picture_in_tone(const Tone& tone, const cv::Mat& picture);

}  // namespace pawprint
