#include "app/data/encode_photo.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "app/data/carry_metadata.h"
#include "app/data/decode.h"
#include "tests/support/scene.h"

namespace pawprint {
namespace {

std::string encoded(const cv::Mat& bgr, const std::string& extension, const std::vector<int>& parameters = {}) {
  std::vector<uint8_t> bytes;
  cv::imencode(extension, bgr, bytes, parameters);
  return {bytes.begin(), bytes.end()};
}

cv::Mat stored(const std::string& bytes) {
  return cv::imdecode(std::vector<uint8_t>(bytes.begin(), bytes.end()), cv::IMREAD_UNCHANGED);
}

cv::Mat colors() {
  cv::Mat all;
  cv::merge(std::vector<cv::Mat>{testing::scene(1), testing::scene(2), testing::scene(3)}, all);
  return all;
}

const cv::Rect kChanged(96, 64, 50, 40);

// 30 darker in kChanged.
cv::Mat changed(const cv::Mat& rgb) {
  cv::Mat out = rgb.clone(), part = out(kChanged);
  part -= cv::Scalar::all(30);
  return out;
}

std::string edit(const std::string& source) {
  const cv::Mat before = decode_photo(source);
  return encode_photo_like(source, before, changed(before));
}

// The largest difference, where nothing was to change; with a margin for chroma, which JPEG keeps coarsely.
double difference_outside(const cv::Mat& a, const cv::Mat& b, int margin_px) {
  cv::Mat difference = cv::abs(a - b);
  const cv::Rect near(kChanged.x - margin_px, kChanged.y - margin_px, kChanged.width + 2 * margin_px,
                      kChanged.height + 2 * margin_px);
  difference(near).setTo(cv::Scalar::all(0));
  return cv::norm(difference, cv::NORM_INF);
}

TEST(EncodePhoto, LosslessFormatsKeepEveryOtherPixel) {
  for (const auto& [extension, parameters] : {std::pair(".png", std::vector<int>{}),
                                              {".tif", {}},
                                              {".bmp", {}},
                                              {".webp", {cv::IMWRITE_WEBP_QUALITY, 101}}}) {
    const std::string source = encoded(colors(), extension, parameters), result = edit(source);
    EXPECT_EQ(image_format(result), image_format(source)) << extension;
    EXPECT_EQ(cv::norm(decode_photo(result), changed(decode_photo(source)), cv::NORM_INF), 0) << extension;
  }
}

TEST(EncodePhoto, JpegKeepsTheBlocksThatHoldNoChange) {
  for (const int quality : {40, 90}) {
    const std::string source = encoded(colors(), ".jpg", {cv::IMWRITE_JPEG_QUALITY, quality}), result = edit(source);
    const cv::Mat before = decode_photo(source), after = decode_photo(result);
    EXPECT_EQ(difference_outside(before, after, 18), 0) << quality;  // blocks of chroma are 16 pixels wide here
    EXPECT_NEAR(cv::mean(after(kChanged))[1], cv::mean(changed(before)(kChanged))[1], 1) << quality;
  }
}

// libjpeg would divide by it.
TEST(EncodePhoto, AJpegWithAQuantizationStepOfZeroIsCodedAnew) {
  for (const int progressive : {0, 1}) {
    auto source = encoded(colors(), ".jpg", {cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
    source[source.find("\xff\xdb") + 10] = '\0';
    EXPECT_EQ(decode_photo(edit(source)).size(), colors().size()) << progressive;
  }
}

TEST(EncodePhoto, OneChannelStaysOneChannel) {
  for (const char* extension : {".png", ".tif", ".jpg"}) {
    const std::string source = encoded(testing::scene(1), extension), result = edit(source);
    EXPECT_EQ(stored(result).channels(), 1) << extension;
    EXPECT_EQ(difference_outside(decode_photo(source), decode_photo(result), 10), 0) << extension;
  }
}

TEST(EncodePhoto, GrayOfThreeChannelsStaysGray) {
  cv::Mat gray;
  cv::cvtColor(testing::scene(1), gray, cv::COLOR_GRAY2BGR);
  for (const char* extension : {".png", ".jpg", ".webp"}) {
    const std::string result = edit(encoded(gray, extension));
    EXPECT_EQ(stored(result).channels(), 3) << extension;
    EXPECT_TRUE(is_gray(decode_photo(result))) << extension;
  }
}

TEST(EncodePhoto, SixteenBitsStaySixteenBits) {
  cv::Mat fine;
  colors().convertTo(fine, CV_16UC3, 257);
  fine += cv::Scalar(3, 50, 99);
  for (const char* extension : {".png", ".tif"}) {
    const cv::Mat after = stored(edit(encoded(fine, extension)));
    ASSERT_EQ(after.type(), CV_16UC3) << extension;
    EXPECT_EQ(difference_outside(fine, after, 0), 0) << extension;
    EXPECT_LT(cv::mean(after(kChanged))[0], cv::mean(fine(kChanged))[0]) << extension;
  }
}

TEST(EncodePhoto, TransparencyStays) {
  cv::Mat bgra;
  cv::cvtColor(colors(), bgra, cv::COLOR_BGR2BGRA);
  cv::insertChannel(testing::scene(4), bgra, 3);
  const cv::Mat after = stored(edit(encoded(bgra, ".png")));
  ASSERT_EQ(after.type(), CV_8UC4);
  EXPECT_EQ(difference_outside(bgra, after, 0), 0);
  cv::Mat alpha;
  cv::extractChannel(after, alpha, 3);
  EXPECT_EQ(cv::norm(alpha, testing::scene(4), cv::NORM_INF), 0);
}

TEST(ColorProfile, IsPutIntoAJpegInPiecesAndReadBack) {
  std::string icc(200'000, 'x');
  icc.replace(16, 4, "RGB ");
  const std::string jpeg = encoded(colors(), ".jpg"), with = jpeg_with_profile(jpeg, icc);
  EXPECT_EQ(color_profile(with), icc);
  EXPECT_EQ(color_profile(jpeg), "");
  EXPECT_EQ(cv::norm(decode_photo(with), decode_photo(jpeg), cv::NORM_INF), 0);
  EXPECT_EQ(color_profile(edit(with)), icc);
  icc.replace(16, 4, "CMYK");  // not what the picture's channels are
  EXPECT_EQ(color_profile(edit(jpeg_with_profile(jpeg, icc))), "");
}

}  // namespace
}  // namespace pawprint
