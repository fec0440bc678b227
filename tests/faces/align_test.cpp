#include "app/faces/align.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "models/base/error.h"

namespace pawprint {
namespace {

constexpr int kSquarePx = 64;

cv::Mat noise(int width, int height) {
  cv::Mat photo(height, width, CV_8UC3);
  cv::RNG random(7);
  random.fill(photo, cv::RNG::UNIFORM, 60, 180);
  return photo;
}

// A square of side `side_px` around `center`, turned.
Similarity around(cv::Point2d center, double side_px, double degrees) {
  const double angle = degrees * CV_PI / 180;
  const cv::Point2d half = 0.5 * side_px * cv::Point2d(std::cos(angle), std::sin(angle));
  return similarity(center - half, center + half, {0, 0.5}, {1, 0.5});
}

cv::Mat fading_difference(double height) {
  cv::Mat out;
  const cv::Mat mask = soft_mask(kSquarePx);
  cv::merge(std::vector<cv::Mat>{mask * height, mask * -height, mask * (0.5 * height)}, out);
  return out;
}

// Like sine waves with periods of 100 pixels and more.
cv::Mat smooth_photo() {
  cv::Mat photo(400, 500, CV_8UC3);
  for (int y = 0; y < photo.rows; ++y)
    for (int x = 0; x < photo.cols; ++x)
      photo.at<cv::Vec3b>(y, x) = {cv::saturate_cast<uint8_t>(128 + 60 * std::sin(x / 20.0)),
                                   cv::saturate_cast<uint8_t>(128 + 60 * std::cos(y / 25.0)),
                                   cv::saturate_cast<uint8_t>((x + y) / 4)};
  return photo;
}

TEST(CutFace, OfWholePixelsIsACopy) {
  const cv::Mat photo = noise(200, 150);
  const cv::Mat square = align(photo, around({80, 70}, kSquarePx, 0), kSquarePx);
  EXPECT_EQ(cv::norm(square, photo(cv::Rect(48, 38, 64, 64)), cv::NORM_INF), 0);
}

TEST(CutFace, TurnedByAQuarterIsACopyTurned) {
  const cv::Mat photo = noise(200, 150);
  cv::Mat expected;
  cv::rotate(photo(cv::Rect(48, 38, 64, 64)), expected, cv::ROTATE_90_COUNTERCLOCKWISE);
  EXPECT_EQ(cv::norm(align(photo, around({80, 70}, kSquarePx, 90), kSquarePx), expected, cv::NORM_INF), 0);
}

TEST(CutFace, AveragesWhatAPixelCovers) {
  // A board of single black and white pixels, 8 x 8 of them a pixel: gray everywhere, no pattern.
  cv::Mat board(800, 800, CV_8UC1);
  for (int y = 0; y < board.rows; ++y)
    for (int x = 0; x < board.cols; ++x) board.at<uint8_t>(y, x) = (x + y) % 2 == 0 ? 0 : 255;
  const cv::Mat square = align(board, around({400.3, 399.8}, 8 * kSquarePx, 0), kSquarePx);
  double low = 0, high = 0;
  cv::minMaxLoc(square, &low, &high);
  EXPECT_GE(low, 126);
  EXPECT_LE(high, 129);
}

TEST(CutFace, ContinuesTheEdgeOutsideThePhoto) {
  const cv::Mat photo(100, 100, CV_8UC3, cv::Scalar(10, 20, 30));
  for (const cv::Point2d center : {cv::Point2d(0, 0), cv::Point2d(95, 50), cv::Point2d(-500, 700)}) {
    const cv::Mat square = align(photo, around(center, 150, 20), kSquarePx);
    EXPECT_EQ(cv::norm(square, cv::Mat(kSquarePx, kSquarePx, CV_8UC3, cv::Scalar(10, 20, 30)), cv::NORM_INF), 0);
  }
}

TEST(AddBack, LeavesEverythingElseBitForBit) {
  const cv::Mat photo = noise(640, 480);
  cv::Mat changed = photo.clone();
  const auto square = around({300, 200}, 180, 17);
  add_back(changed, fading_difference(40), square);
  int inside = 0;
  for (int y = 0; y < photo.rows; ++y) {
    for (int x = 0; x < photo.cols; ++x) {
      const auto p = apply(square, {x + 0.5, y + 0.5});
      const bool differs = photo.at<cv::Vec3b>(y, x) != changed.at<cv::Vec3b>(y, x);
      if (p.x < 0 || p.x > 1 || p.y < 0 || p.y > 1)
        ASSERT_FALSE(differs) << x << ',' << y;
      else
        inside += differs;
    }
  }
  EXPECT_GT(inside, 180 * 180 / 2);
}

TEST(AddBack, OfNothingChangesNothing) {
  const cv::Mat photo = noise(320, 240);
  cv::Mat changed = photo.clone();
  add_back(changed, cv::Mat::zeros(kSquarePx, kSquarePx, CV_32FC3), around({160, 120}, 150, -11));
  add_back(changed, fading_difference(90), around({-900, 120}, 150, -11));  // beside the photo
  EXPECT_EQ(cv::norm(photo, changed, cv::NORM_INF), 0);
}

TEST(AddBack, AddsAConstantInside) {
  cv::Mat photo(300, 300, CV_8UC3, cv::Scalar(100, 100, 250));
  add_back(photo, cv::Mat(kSquarePx, kSquarePx, CV_32FC3, cv::Scalar(20, -30, 20)), around({150, 150}, 200, 30));
  const cv::Mat middle = photo(cv::Rect(100, 100, 100, 100));
  EXPECT_EQ(cv::norm(middle, cv::Mat(100, 100, CV_8UC3, cv::Scalar(120, 70, 255)), cv::NORM_INF), 0);
}

TEST(AddBack, GivesTheDifferenceBackWhenCutAgain) {
  cv::Mat photo = smooth_photo();
  const auto square = around({260, 190}, 230, -14);
  const cv::Mat before = align(photo, square, kSquarePx), difference = fading_difference(30);
  add_back(photo, difference, square);
  cv::Mat added;
  cv::subtract(align(photo, square, kSquarePx), before, added, cv::noArray(), CV_32F);
  EXPECT_LT(cv::norm(added, difference, cv::NORM_INF), 1.5);  // two roundings to 8 bits
}

TEST(AddBack, ShowsNoSeam) {
  cv::Mat photo(400, 400, CV_8UC3, cv::Scalar::all(128));
  add_back(photo, fading_difference(60), around({200, 200}, 260, 9));
  double largest = 0;
  for (int y = 1; y < photo.rows; ++y)
    for (int x = 1; x < photo.cols; ++x)
      for (int c = 0; c < 3; ++c) {
        const int here = photo.at<cv::Vec3b>(y, x)[c];
        largest = std::max<double>(largest, std::abs(here - photo.at<cv::Vec3b>(y, x - 1)[c]));
        largest = std::max<double>(largest, std::abs(here - photo.at<cv::Vec3b>(y - 1, x)[c]));
      }
  EXPECT_LE(largest, 3);  // the slope of the mask itself: 60 * pi / 2 / 65 pixels = 1.4
}

TEST(AddBack, RefusesOtherShapes) {
  cv::Mat photo = noise(100, 100), gray(100, 100, CV_8UC1);
  const auto square = around({50, 50}, 80, 0);
  EXPECT_THROW(add_back(gray, fading_difference(1), square), Error);
  EXPECT_THROW(add_back(photo, cv::Mat(64, 64, CV_8UC3), square), Error);
  EXPECT_THROW(add_back(photo, cv::Mat(64, 32, CV_32FC3), square), Error);
  EXPECT_THROW(align({}, square, 64), Error);
  EXPECT_THROW(align(photo, square, 0), Error);
}

TEST(PasteBack, ReplacesTheMiddleAndKeepsTheRest) {
  const cv::Mat photo = noise(320, 240);
  cv::Mat changed = photo.clone();
  const cv::Mat green(kSquarePx, kSquarePx, CV_8UC3, cv::Scalar(10, 200, 30));
  paste_back(changed, green, soft_mask(kSquarePx), around({160, 120}, 120, 0));
  EXPECT_EQ(changed.at<cv::Vec3b>(120, 160), cv::Vec3b(10, 200, 30));
  EXPECT_EQ(changed.at<cv::Vec3b>(100, 145), cv::Vec3b(10, 200, 30));
  cv::Mat outside(photo.size(), CV_8U, cv::Scalar(1));
  outside(cv::Rect(100, 60, 120, 120)) = 0;
  EXPECT_EQ(cv::norm(photo, changed, cv::NORM_INF, outside), 0);
}

TEST(SoftMask, IsOneInTheMiddleAndZeroAtTheBorder) {
  const cv::Mat mask = soft_mask(64, 0.25);
  EXPECT_EQ(mask.at<float>(32, 32), 1);
  EXPECT_EQ(mask.at<float>(0, 32), 0);
  EXPECT_EQ(mask.at<float>(32, 63), 0);
  EXPECT_NEAR(mask.at<float>(8, 32), 0.5, 1e-6);  // half of the fade of 16 pixels
  EXPECT_THROW(soft_mask(64, 0), Error);
}

}  // namespace
}  // namespace pawprint
