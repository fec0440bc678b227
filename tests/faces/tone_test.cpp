#include "app/faces/tone.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "app/data/decode.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

// A face's square, in color.
cv::Mat face(int i) {
  char name[16];
  std::snprintf(name, sizeof name, "%06d.jpg", i);
  const auto path = testing::shared_folder() / "faces" / "images" / name;
  return std::filesystem::exists(path) ? decode_photo(read_photo(path))(cv::Rect(12, 28, 64, 64)).clone() : cv::Mat();
}

// Dark parts in one ink, light parts in another.
cv::Mat two_inks(const cv::Mat& rgb, const cv::Vec3f& dark, const cv::Vec3f& light) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  cv::Mat out(rgb.size(), CV_8UC3);
  for (int y = 0; y < rgb.rows; ++y)
    for (int x = 0; x < rgb.cols; ++x) {
      const float share = static_cast<float>(gray.at<uint8_t>(y, x)) / 255;
      out.at<cv::Vec3b>(y, x) = dark * (1 - share) + light * share;
    }
  return out;
}

cv::Mat some_change() {
  cv::Mat change(64, 64, CV_32FC3);
  cv::randu(change, cv::Scalar(-60, -20, -50), cv::Scalar(60, 20, 50));
  return change;
}

double largest(const cv::Mat& picture) { return cv::norm(picture, cv::NORM_INF); }

TEST(Tone, GrayPhotosAreMonochromeAndTheirChangesGray) {
  PAWPRINT_NEEDS_SHARED();
  int faces = 0;
  for (int i = 1; i < 60; ++i) {
    const cv::Mat rgb = face(i);
    if (rgb.empty()) continue;
    const cv::Mat gray = two_inks(rgb, {0, 0, 0}, {255, 255, 255});
    const auto tone = monochrome_tone(gray);
    ASSERT_TRUE(tone) << i;
    std::vector<cv::Mat> channels;
    cv::split(change_in_tone(*tone, gray, some_change()), channels);
    EXPECT_EQ(largest(channels[0] - channels[1]), 0) << i;
    EXPECT_EQ(largest(channels[0] - channels[2]), 0) << i;
    ++faces;
  }
  EXPECT_GT(faces, 5);
}

TEST(Tone, TintedPhotosKeepTheirTint) {
  PAWPRINT_NEEDS_SHARED();
  const std::vector<std::pair<cv::Vec3f, cv::Vec3f>> inks = {
      {{20, 10, 0}, {255, 240, 210}}, {{20, 40, 90}, {240, 250, 255}}, {{60, 0, 90}, {255, 230, 120}}};
  for (int i = 1; i < 60; ++i) {
    const cv::Mat rgb = face(i);
    if (rgb.empty()) continue;
    for (const auto& [dark, light] : inks) {
      const cv::Mat tinted = two_inks(rgb, dark, light);
      const auto tone = monochrome_tone(tinted);
      ASSERT_TRUE(tone) << i;
      const cv::Mat changed = change_in_tone(*tone, tinted, some_change() * 0.3);
      cv::Mat sum;
      tinted.convertTo(sum, CV_32FC3);
      sum += changed;
      // Colors lie on the line between the inks still; without the tone they are 10 away on average.
      double away = 0;
      for (const auto& pixel : cv::Mat_<cv::Vec3f>(sum)) {
        const cv::Vec3f from_dark = pixel - dark, line = light - dark;
        away += cv::norm(from_dark - line * (from_dark.dot(line) / line.dot(line)));
      }
      EXPECT_LT(away / static_cast<double>(sum.total()), 2.5) << i;
    }
  }
}

TEST(Tone, ColorPhotosHaveNone) {
  PAWPRINT_NEEDS_SHARED();
  int faces = 0, monochrome = 0;
  for (int i = 1; i < 400; ++i) {
    const cv::Mat rgb = face(i);
    if (rgb.empty()) continue;
    ++faces;
    monochrome += monochrome_tone(rgb) ? 1 : 0;
  }
  EXPECT_LT(monochrome, 0.04 * faces);  // some are really gray
}

}  // namespace
}  // namespace pawprint
