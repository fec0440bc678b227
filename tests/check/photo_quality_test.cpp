#include "app/check/photo_quality.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "app/data/decode.h"
#include "tests/support/shared.h"

using namespace pawprint;

namespace {

cv::Mat gray_of(const cv::Mat& rgb) {
  cv::Mat gray;
  cv::cvtColor(rgb, gray, cv::COLOR_RGB2GRAY);
  return gray;
}

// Random rectangles: edges and areas, as photos have.
cv::Mat scene(int width, int height) {
  cv::RNG random(7);
  cv::Mat rgb(height, width, CV_8UC3, cv::Scalar(90, 120, 150));
  for (int i = 0; i < 120; ++i) {
    const cv::Point corner(random.uniform(0, width), random.uniform(0, height));
    const cv::Size size(random.uniform(5, width / 4), random.uniform(5, height / 4));
    cv::rectangle(rgb, {corner, size}, cv::Scalar::all(random.uniform(0, 256)), cv::FILLED);
  }
  return rgb;
}

std::vector<std::string> problems(const cv::Mat& rgb) {
  std::vector<std::string> names;
  for (const auto& finding : assess_quality(3, measure_photo(rgb, gray_of(rgb)), QualityLimits().blurred)) {
    EXPECT_EQ(finding.photo, 3);
    EXPECT_GE(finding.score, 0);
    EXPECT_LE(finding.score, 1);
    names.emplace_back(problem_name(finding.problem));
  }
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST(PhotoQuality, FindsNothingWrongWithAScene) { EXPECT_EQ(problems(scene(500, 375)), Names()); }

TEST(PhotoQuality, NamesWhatIsWrong) {
  const cv::Mat good = scene(500, 375);
  EXPECT_EQ(problems(scene(90, 60)), Names{"tiny"});
  EXPECT_EQ(problems(scene(500, 150)), Names{"aspect"});
  EXPECT_EQ(problems(good * 0.3), Names{"dark"});
  EXPECT_EQ(problems(good * 0.3 + cv::Scalar::all(180)), Names{"bright"});
  EXPECT_EQ(problems(cv::Mat(300, 300, CV_8UC3, cv::Scalar(0, 90, 200))), Names{"single_color"});
  cv::Mat blurred;
  cv::GaussianBlur(good, blurred, {0, 0}, 3);
  EXPECT_EQ(problems(blurred), Names{"blurred"});
  cv::GaussianBlur(good, blurred, {0, 0}, 40);
  EXPECT_EQ(problems(blurred), Names{"blurred"});
}

TEST(PhotoQuality, ColorsOfEqualLightAreNoSingleColor) {
  cv::Mat rgb(100, 100, CV_8UC3, cv::Scalar(200, 60, 60));
  rgb.colRange(50, 100).setTo(cv::Scalar(60, 131, 60));
  const auto found = problems(rgb);
  EXPECT_EQ(std::count(found.begin(), found.end(), "single_color"), 0);
}

TEST(PhotoQuality, SharpnessIsThatOfASmallerCopy) {
  cv::Mat blurred, half;
  cv::GaussianBlur(scene(1600, 1200), blurred, {0, 0}, 8);
  cv::resize(blurred, half, {}, 0.5, 0.5, cv::INTER_AREA);
  EXPECT_NEAR(sharpness_of(gray_of(blurred)), sharpness_of(gray_of(half)), 0.02);
}

TEST(PhotoQuality, ASharpThingBeforeASoftBackgroundIsSharp) {
  const cv::Mat sharp = scene(500, 375);
  cv::Mat rgb;
  cv::GaussianBlur(sharp, rgb, {0, 0}, 6);
  const cv::Rect middle(120, 60, 300, 280);
  sharp(middle).copyTo(rgb(middle));
  EXPECT_EQ(problems(rgb), Names());
}

TEST(PhotoQuality, SoftPhotosAmongSoftOnesAreNoOutliers) {
  EXPECT_DOUBLE_EQ(sharpness_limit({0.8, 0.9, 1.0}), 0.36);
  EXPECT_DOUBLE_EQ(sharpness_limit({0.2, 0.4, 0.4}), 0.18);
  EXPECT_DOUBLE_EQ(sharpness_limit({}), 0.36);
}

TEST(PhotoQuality, FlagsFewerThanOneInAHundredRealPhotos) {
  PAWPRINT_NEEDS_SHARED();
  int photos = 0, flagged = 0;
  for (const char* name : {"cats", "dogs"}) {
    for (const auto& entry : std::filesystem::directory_iterator(pawprint::testing::shared_folder() / "pets" / name)) {
      if (entry.path().native().find("7.jpg") == std::string::npos) continue;  // one in ten
      const cv::Mat rgb = decode_photo(read_photo(entry.path()));
      ++photos;
      flagged += !problems(rgb).empty();
    }
  }
  EXPECT_GE(photos, 190);
  EXPECT_LE(flagged, 4);
}
