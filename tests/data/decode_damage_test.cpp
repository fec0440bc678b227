#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "app/data/decode.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using namespace std::string_literals;
using testing::message_of;

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

const DecodeOptions kAcceptCut{{}, true, 0, 0};

std::string reason(const std::string& bytes, const DecodeOptions& options = {}) {
  return message_of<Unreadable>([&] { decode_photo(bytes, options); });
}

TEST(Decode, ACutJpegIsRefusedUnlessAskedFor) {
  for (const int progressive : {0, 1}) {
    const auto whole = encoded(".jpg", noise(), {cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
    for (const size_t size : {whole.size() / 2, whole.size() * 9 / 10, whole.size() - 3}) {
      EXPECT_EQ(reason(whole.substr(0, size)), "JPEG cut short") << size;
      EXPECT_EQ(decode_photo(whole.substr(0, size), kAcceptCut).size(), cv::Size(64, 48)) << size;
    }
    for (const size_t size : {3, 20, 100})  // in the header
      EXPECT_EQ(reason(whole.substr(0, size), kAcceptCut), "JPEG cut short") << size;
  }
}

TEST(Decode, TheRowsBeforeTheCutAreRight) {
  const auto whole = encoded(".jpg", noise());
  const auto cut = decode_photo(whole.substr(0, whole.size() * 9 / 10), kAcceptCut);
  EXPECT_EQ(cv::norm(cut.rowRange(0, 16), decode_photo(whole).rowRange(0, 16), cv::NORM_INF), 0);
}

// What a JPEG's data become from `at` on.
std::string damaged(const std::string& whole, size_t at, const std::string& with) {
  return whole.substr(0, at) + with + whole.substr(std::min(whole.size(), at + with.size()));
}

TEST(Decode, DamageWithinAJpegIsRefusedUnlessAskedFor) {
  cv::Mat large;
  cv::resize(noise(), large, {640, 480}, 0, 0, cv::INTER_CUBIC);
  cv::RNG rng(7);
  std::string random(100'000, '\0');
  for (auto& c : random)
    c = static_cast<char>(rng.uniform(0, 255));  // never 255, which libjpeg would take for a marker
  for (const int quality : {50, 90}) {
    for (const int progressive : {0, 1}) {
      const auto whole =
          encoded(".jpg", large, {cv::IMWRITE_JPEG_QUALITY, quality, cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
      for (const size_t quarter : {1, 2, 3}) {
        const size_t at = whole.size() * quarter / 4, rest = whole.size() - at;
        for (const auto& with : {std::string(rest, '\0'), random.substr(0, rest), std::string(rest - 2, '\0'),
                                 random.substr(0, rest - 2), random.substr(0, rest / 2)}) {
          const auto bytes = damaged(whole, at, with);
          const auto why = reason(bytes);
          EXPECT_TRUE(why.starts_with("damaged JPEG: ") || why == "JPEG cut short") << quarter << why;
        }
      }
      EXPECT_EQ(decode_photo(damaged(whole, whole.size() / 2, std::string(whole.size() / 2, '\0')), kAcceptCut).size(),
                large.size());
    }
  }
}

TEST(Decode, WhatLosesNoSampleOfAJpegIsHarmless) {
  for (const int progressive : {0, 1}) {
    const auto whole = encoded(".jpg", noise(), {cv::IMWRITE_JPEG_PROGRESSIVE, progressive});
    const auto end = whole.size() - 2;
    ASSERT_EQ(whole.substr(end), "\xff\xd9");
    const cv::Mat right = decode_photo(whole);
    for (const auto& bytes :
         {whole + std::string(5000, 'x'),                      // what some phones append
          whole.substr(0, end),                                // no end mark
          whole.substr(0, end) + "\0\xff\xd9"s,                // a byte too many
          whole.substr(0, end) + "\xff\xff\xff\xd9",           // filled up
          whole.substr(0, 20) + "\0\0\0"s + whole.substr(20),  // bytes between two segments of the header
          std::string(whole).replace(11, 1, "\7")})            // JFIF of an unknown version
      EXPECT_EQ(cv::norm(decode_photo(bytes), right, cv::NORM_INF), 0) << progressive << bytes.size();
  }
}

}  // namespace
}  // namespace pawprint
