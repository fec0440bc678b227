#include "app/faces/align.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

#include "models/base/error.h"

namespace pawprint {

namespace {

constexpr int kMaxSamples = 32;  // a side of a pixel: beyond it a face of 64 pixels would be wider than 2,000
constexpr int kMaxSquarePx = 4096;

// From the pixels of a square of size_px to the photo's, in OpenCV's coordinates: a pixel's center is a whole number.
Similarity square_pixels_to_photo(const Similarity& align_transform, int size_px) {
  Similarity out = inverse(align_transform);
  for (int row = 0; row < 2; ++row) {
    out(row, 0) /= size_px;
    out(row, 1) /= size_px;
    out(row, 2) += 0.5 * (out(row, 0) + out(row, 1)) - 0.5;
  }
  return out;
}

// The part of a photo that the square covers, with a margin of whole pixels.
cv::Rect square_in_photo(const Similarity& align_transform, cv::Size photo, int margin_px) {
  const Similarity back = inverse(align_transform);
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const cv::Point2d corner : {cv::Point2d(0, 0), cv::Point2d(1, 0), cv::Point2d(0, 1), cv::Point2d(1, 1)}) {
    const auto p = apply(back, corner);
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  }
  const auto whole = [&](double value, int side) { return static_cast<int>(std::clamp(value, 0.0, double(side))); };
  const int x0 = whole(std::floor(left) - margin_px, photo.width),
            x1 = whole(std::ceil(right) + margin_px, photo.width);
  const int y0 = whole(std::floor(top) - margin_px, photo.height),
            y1 = whole(std::ceil(bottom) + margin_px, photo.height);
  return {x0, y0, x1 - x0, y1 - y0};
}

// A square float picture as it lies in `region` of the photo. Bicubic: bilinear shows the small picture's grid.
cv::Mat warp_back(const cv::Mat& square, const Similarity& align_transform, const cv::Rect& region, int border) {
  Similarity to_photo = square_pixels_to_photo(align_transform, square.cols);
  to_photo(0, 2) -= region.x;
  to_photo(1, 2) -= region.y;
  cv::Mat out;
  cv::warpAffine(square, out, to_photo, region.size(), cv::INTER_CUBIC, border);
  return out;
}

void require(bool good, const std::string& expected, const cv::Mat& got) {
  if (!good)
    throw Error("a face to put back: expected " + expected + ", got " + std::to_string(got.cols) + "x" +
                std::to_string(got.rows) + " of OpenCV's type " + std::to_string(got.type()));
}

bool is_square(const cv::Mat& picture) { return !picture.empty() && picture.rows == picture.cols; }

}  // namespace

cv::Mat align(const cv::Mat& photo, const Similarity& align_transform, int size_px) {
  if (photo.empty() || size_px < 1 || size_px > kMaxSquarePx)
    throw Error("a face to cut out: expected a photo and a size in 1.." + std::to_string(kMaxSquarePx) +
                " pixels, got " + std::to_string(photo.cols) + "x" + std::to_string(photo.rows) + " and " +
                std::to_string(size_px));
  // Several samples a pixel, averaged, where the photo has more pixels than the square.
  const double photo_px = 1 / (scale_of(align_transform) * size_px);  // a side of the square's pixel
  const int samples =
      std::clamp(static_cast<int>(std::ceil(photo_px - 0.01)), 1, std::clamp(kMaxSquarePx / size_px, 1, kMaxSamples));
  const Similarity to_photo = square_pixels_to_photo(align_transform, size_px * samples);
  // Only the part around the square, so that OpenCV's 16-bit coordinates hold for any photo.
  cv::Rect region = square_in_photo(align_transform, photo.size(), 4);
  if (region.empty()) region = {std::clamp(region.x, 0, photo.cols - 1), std::clamp(region.y, 0, photo.rows - 1), 1, 1};
  Similarity from_region = to_photo;
  from_region(0, 2) -= region.x;
  from_region(1, 2) -= region.y;
  cv::Mat fine;
  cv::warpAffine(photo(region), fine, from_region, {size_px * samples, size_px * samples},
                 (photo_px < 1 ? cv::INTER_CUBIC : cv::INTER_LINEAR) | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
  if (samples == 1) return fine;
  cv::Mat out;
  cv::resize(fine, out, {size_px, size_px}, 0, 0, cv::INTER_AREA);
  return out;
}

cv::Mat soft_mask(int size_px, double fade) {
  if (size_px < 1 || !(fade > 0 && fade <= 0.5))
    throw Error("a soft mask: expected a size above 0 and a fade in 0..0.5, got " + std::to_string(size_px) + " and " +
                std::to_string(fade));
  std::vector<double> profile(static_cast<size_t>(size_px));
  for (int i = 0; i < size_px; ++i) {
    const double from_border = std::min(i, size_px - 1 - i) / double(size_px);
    profile[static_cast<size_t>(i)] = 0.5 - 0.5 * std::cos(CV_PI * std::min(from_border / fade, 1.0));
  }
  cv::Mat mask(size_px, size_px, CV_32F);
  for (int y = 0; y < size_px; ++y)
    for (int x = 0; x < size_px; ++x)
      mask.at<float>(y, x) = static_cast<float>(profile[static_cast<size_t>(y)] * profile[static_cast<size_t>(x)]);
  return mask;
}

void add_back(cv::Mat& rgb, const cv::Mat& difference, const Similarity& align_transform) {
  require(rgb.type() == CV_8UC3, "a photo of 3 channels of 8 bits", rgb);
  require(is_square(difference) && difference.type() == CV_32FC3, "a square difference of 3 float channels",
          difference);
  const cv::Rect region = square_in_photo(align_transform, rgb.size(), 0);
  if (region.empty()) return;
  const cv::Mat add = warp_back(difference, align_transform, region, cv::BORDER_CONSTANT);
  cv::Mat part = rgb(region);
  for (int y = 0; y < part.rows; ++y) {
    auto* to = part.ptr<uint8_t>(y);
    const auto* from = add.ptr<float>(y);
    for (int i = 0; i < 3 * part.cols; ++i) to[i] = cv::saturate_cast<uint8_t>(static_cast<float>(to[i]) + from[i]);
  }
}

void paste_back(cv::Mat& rgb, const cv::Mat& square, const cv::Mat& mask, const Similarity& align_transform) {
  require(rgb.type() == CV_8UC3, "a photo of 3 channels of 8 bits", rgb);
  require(is_square(square) && (square.type() == CV_32FC3 || square.type() == CV_8UC3),
          "a square of 3 channels, float or 8-bit", square);
  require(mask.size() == square.size() && mask.type() == CV_32F, "a float mask of the square's size", mask);
  const cv::Rect region = square_in_photo(align_transform, rgb.size(), 0);
  if (region.empty()) return;
  cv::Mat values;
  square.convertTo(values, CV_32F);
  values = warp_back(values, align_transform, region, cv::BORDER_REPLICATE);
  const cv::Mat weights = warp_back(mask, align_transform, region, cv::BORDER_CONSTANT);
  cv::Mat part = rgb(region);
  for (int y = 0; y < part.rows; ++y) {
    auto* to = part.ptr<uint8_t>(y);
    const auto* from = values.ptr<float>(y);
    const auto* weight = weights.ptr<float>(y);
    for (int i = 0; i < 3 * part.cols; ++i) {
      const float w = std::clamp(weight[i / 3], 0.f, 1.f), old = to[i];
      to[i] = cv::saturate_cast<uint8_t>(old + w * (from[i] - old));
    }
  }
}

}  // namespace pawprint
