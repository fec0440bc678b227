#include "app/faces/tone.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace pawprint {

namespace {

constexpr int kBlock = 4;
constexpr float kMaxDeviation = 3.5f;  // root mean square over blocks and channels, in steps of 8 bits
constexpr float kNeutral = 2;          // a tint that is nowhere stronger is noise of a gray photo
constexpr float kNear = 6, kFar = 40;  // widths in luma of what counts as usual there; far: where nothing is near

float luma(const cv::Vec3f& rgb) { return 0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2]; }

// Mean color above luma of pixels of about this luma: a Nadaraya-Watson estimate, as far as the near ones do not say.
cv::Vec3f usual_tint(const cv::Mat& pixels, float at) {
  cv::Vec3f sum(0, 0, 0);
  float weights = 0;
  for (const auto& pixel : cv::Mat_<cv::Vec3f>(pixels)) {
    const float y = luma(pixel), away = y - at;
    const float weight =
        std::exp(-away * away / (2 * kNear * kNear)) + 1e-3f * std::exp(-away * away / (2 * kFar * kFar)) + 1e-9f;
    sum += weight * (pixel - cv::Vec3f::all(y));
    weights += weight;
  }
  return sum / weights;
}

}  // namespace

cv::Vec3f Tone::color(float y) const {
  const float within = std::clamp(y, 0.f, 255.f);
  const auto below = std::min<size_t>(254, static_cast<size_t>(within));
  const float share = within - static_cast<float>(below);
  return cv::Vec3f::all(y) + (1 - share) * tint[below] + share * tint[below + 1];
}

std::optional<Tone> monochrome_tone(const cv::Mat& square) {
  cv::Mat blocks;
  square.convertTo(blocks, CV_32FC3);
  cv::resize(blocks, blocks, square.size() / kBlock, 0, 0, cv::INTER_AREA);
  Tone tone;
  float strongest = 0;
  for (size_t y = 0; y < tone.tint.size(); ++y) {
    tone.tint[y] = usual_tint(blocks, static_cast<float>(y));
    for (int c = 0; c < 3; ++c) strongest = std::max(strongest, std::abs(tone.tint[y][c]));
  }
  double squares = 0;
  for (const auto& pixel : cv::Mat_<cv::Vec3f>(blocks)) {
    const cv::Vec3f deviation = pixel - tone.color(luma(pixel));
    squares += deviation.dot(deviation);
  }
  if (std::sqrt(squares / (3. * static_cast<double>(blocks.total()))) > kMaxDeviation) return std::nullopt;
  if (strongest < kNeutral) tone.tint.fill({0, 0, 0});
  return tone;
}

cv::Mat change_in_tone(const Tone& tone, const cv::Mat& square, const cv::Mat& change) {
  cv::Mat_<cv::Vec3f> out(change.size());
  for (int y = 0; y < change.rows; ++y) {
    for (int x = 0; x < change.cols; ++x) {
      const float old = luma(square.at<cv::Vec3b>(y, x)), more = luma(change.at<cv::Vec3f>(y, x));
      out(y, x) = tone.color(old + more) - tone.color(old);
    }
  }
  return out;
}

cv::Mat picture_in_tone(const Tone& tone, const cv::Mat& picture) {
  cv::Mat_<cv::Vec3f> out(picture.size());
  std::transform(picture.begin<cv::Vec3f>(), picture.end<cv::Vec3f>(), out.begin(),
                 [&](const cv::Vec3f& pixel) { return tone.color(luma(pixel)); });
  return out;
}

}  // namespace pawprint
