#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "app/data/decode.h"

namespace pawprint {
namespace {

std::string encoded(const std::string& extension, const cv::Mat& image, const std::vector<int>& options = {}) {
  std::vector<uint8_t> bytes;
  cv::imencode(extension, image, bytes, options);
  return {bytes.begin(), bytes.end()};
}

cv::Mat noise() {
  cv::Mat image(48, 64, CV_8UC3);
  cv::RNG(1).fill(image, cv::RNG::UNIFORM, 0, 256);
  return image;
}

// A picture without fine detail, whose halves and quarters can be told by hand: red grows to the right, green
// downwards.
std::string ramps(int width, int height) {
  cv::Mat image(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) image.at<cv::Vec3b>(y, x) = cv::Vec3b(0, y * 200 / height, x * 200 / width);
  }
  return encoded(".jpg", image, {cv::IMWRITE_JPEG_QUALITY, 95});
}

cv::Size decoded_size(const std::string& bytes, int64_t scaled_short_px) {
  return decode_photo(bytes, {{}, false, scaled_short_px}).size();
}

TEST(ScaledDecoding, TakesTheSmallestScaleThatLeavesEnoughPixels) {
  const std::string bytes = ramps(640, 480);
  EXPECT_EQ(decoded_size(bytes, 0), cv::Size(640, 480));
  EXPECT_EQ(decoded_size(bytes, 241), cv::Size(640, 480));
  EXPECT_EQ(decoded_size(bytes, 240), cv::Size(320, 240));
  EXPECT_EQ(decoded_size(bytes, 121), cv::Size(320, 240));
  EXPECT_EQ(decoded_size(bytes, 120), cv::Size(160, 120));
  EXPECT_EQ(decoded_size(bytes, 1), cv::Size(160, 120));
}

TEST(ScaledDecoding, SizesThatDoNotDivideAreDecodedAtALargerScale) {
  EXPECT_EQ(decoded_size(ramps(642, 480), 1), cv::Size(321, 240));
  EXPECT_EQ(decoded_size(ramps(641, 480), 1), cv::Size(641, 480));
}

TEST(ScaledDecoding, ShowsTheSamePicture) {
  const std::string bytes = ramps(640, 480);
  for (const int scale : {2, 4}) {
    const cv::Mat small = decode_photo(bytes, {{}, false, 480 / scale});
    ASSERT_EQ(small.cols, 640 / scale);
    for (int y = 10; y < small.rows - 10; y += 7) {
      for (int x = 10; x < small.cols - 10; x += 7) {
        ASSERT_NEAR(small.at<cv::Vec3b>(y, x)[0], (x + 0.5) * 200 / small.cols, 3) << x;
        ASSERT_NEAR(small.at<cv::Vec3b>(y, x)[1], (y + 0.5) * 200 / small.rows, 3) << y;
      }
    }
  }
}

TEST(ScaledDecoding, OnlyJpegsAreScaled) {
  EXPECT_EQ(decode_photo(encoded(".png", noise()), {{}, false, 8}).size(), cv::Size(64, 48));
}

TEST(ScaledDecoding, SaysWhereItMakesThePictureSmaller) {
  const auto is_smaller = [](const std::string& bytes, int64_t scaled_short_px, int64_t reduce_above_px) {
    return is_decoded_smaller(bytes, {{}, false, scaled_short_px, reduce_above_px});
  };
  const std::string bytes = ramps(640, 480);
  EXPECT_TRUE(is_smaller(bytes, 240, 0));
  EXPECT_FALSE(is_smaller(bytes, 241, 0));
  EXPECT_FALSE(is_smaller(bytes, 0, 0));
  EXPECT_FALSE(is_smaller(bytes, 240, 320 * 240));  // a half either way
  EXPECT_TRUE(is_smaller(bytes, 120, 320 * 240));
  EXPECT_FALSE(is_smaller(encoded(".png", noise()), 8, 0));
  EXPECT_FALSE(is_smaller(bytes.substr(0, 20), 8, 0));
}

TEST(ReducedDecoding, LargePhotosAreReducedUntilTheyFit) {
  const auto size = [](const std::string& bytes, int64_t max) {
    return decode_photo(bytes, {.reduce_above_px = max}).size();
  };
  cv::Mat ramp(47, 61, CV_8UC3);
  for (int y = 0; y < ramp.rows; ++y) {
    for (int x = 0; x < ramp.cols; ++x) ramp.at<cv::Vec3b>(y, x) = cv::Vec3b(0, y * 4, x * 4);
  }
  for (const auto* extension : {".jpg", ".png", ".tiff", ".bmp"}) {
    const auto bytes = encoded(extension, ramp, {cv::IMWRITE_JPEG_QUALITY, 100});
    EXPECT_EQ(size(bytes, 0), cv::Size(61, 47)) << extension;
    EXPECT_EQ(size(bytes, 61 * 47), cv::Size(61, 47)) << extension;
    EXPECT_EQ(size(bytes, 61 * 47 - 1), cv::Size(31, 24)) << extension;
    EXPECT_EQ(size(bytes, 31 * 24 - 1), cv::Size(16, 12)) << extension;
    EXPECT_EQ(size(bytes, 1), cv::Size(8, 6)) << extension;  // an eighth at most
    const cv::Mat half = decode_photo(bytes, {.reduce_above_px = 800});
    for (int y = 1; y < 22; ++y) {
      for (int x = 1; x < 29; ++x) {
        ASSERT_NEAR(half.at<cv::Vec3b>(y, x)[0], 8 * x + 2, 4) << extension;
        ASSERT_NEAR(half.at<cv::Vec3b>(y, x)[1], 8 * y + 2, 4) << extension;
      }
    }
  }
}

}  // namespace
}  // namespace pawprint
