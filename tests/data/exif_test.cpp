#include "app/data/exif.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "app/data/decode.h"

namespace pawprint {
namespace {

using namespace std::string_literals;

std::string little(uint32_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
  return out;
}

std::string big(uint32_t value, int bytes) {
  std::string out = little(value, bytes);
  std::reverse(out.begin(), out.end());
  return out;
}

std::string short_entry(uint32_t tag, uint32_t value) {
  return little(tag, 2) + little(3, 2) + little(1, 4) + little(value, 4);
}

// A directory of one entry, orientation.
std::string exif(int orientation) {
  return "II*\0"s + little(8, 4) + little(1, 2) + short_entry(274, static_cast<uint32_t>(orientation)) + little(0, 4);
}

std::string exif_big_endian(int orientation) {
  return "MM\0*"s + big(8, 4) + big(1, 2) + big(274, 2) + big(3, 2) + big(1, 4) +
         big(static_cast<uint32_t>(orientation), 2) + "\0\0\0\0\0\0"s;
}

// How a camera held so stores a picture that people see as ABC/DEF (EXIF 2.3, 4.6.4 A), rows divided by `/`.
const std::vector<std::string> kStored = {"ABC/DEF",  "CBA/FED",  "FED/CBA",  "DEF/ABC",
                                          "AD/BE/CF", "CF/BE/AD", "FC/EB/DA", "DA/EB/FC"};

// A square of 8 x 8 pixels a letter: A is gray 40, B 80 and so on.
cv::Mat picture(const std::string& letters) {
  const auto width = static_cast<int>(letters.find('/'));
  std::vector<uint8_t> grays;
  for (const char c : letters) {
    if (c != '/') grays.push_back(static_cast<uint8_t>(40 * (c - 'A' + 1)));
  }
  cv::Mat image;
  cv::resize(cv::Mat(grays).reshape(1, static_cast<int>(grays.size()) / width), image, {}, 8, 8, cv::INTER_NEAREST);
  return image;
}

std::string letters(const cv::Mat& image) {
  std::string out;
  for (int y = 4; y < image.rows; y += 8) {
    if (!out.empty()) out += '/';
    for (int x = 4; x < image.cols; x += 8)
      out += static_cast<char>('A' - 1 + (image.at<cv::Vec3b>(y, x)[0] + 20) / 40);
  }
  return out;
}

std::string encoded(const std::string& extension, const cv::Mat& image, const std::vector<int>& options = {}) {
  std::vector<uint8_t> bytes;
  cv::imencode(extension, image, bytes, options);
  return {bytes.begin(), bytes.end()};
}

std::string segment(const std::string& payload) {
  return "\xff\xe1" + big(static_cast<uint32_t>(payload.size()) + 2, 2) + payload;
}

std::string jpeg_with(const std::string& segments, const std::string& stored = kStored[0]) {
  return encoded(".jpg", picture(stored), {cv::IMWRITE_JPEG_QUALITY, 100}).insert(2, segments);
}

std::string png_chunk(const std::string& name, const std::string& payload) {
  uint32_t crc = 0xffffffff;
  for (const unsigned char c : name + payload) {
    crc ^= c;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return big(static_cast<uint32_t>(payload.size()), 4) + name + payload + big(~crc, 4);
}

std::string png_with(const std::string& chunks, const std::string& stored) {
  return encoded(".png", picture(stored)).insert(8 + 25, chunks);  // after the signature and IHDR
}

std::string riff_chunk(const std::string& name, const std::string& payload) {
  return name + little(static_cast<uint32_t>(payload.size()), 4) + payload + std::string(payload.size() % 2, '\0');
}

std::string webp_with(const std::string& chunks, const std::string& stored) {
  const cv::Mat image = picture(stored);
  const std::string lossless = encoded(".webp", image, {cv::IMWRITE_WEBP_QUALITY, 101}).substr(12);
  const std::string body = "WEBP" +
                           riff_chunk("VP8X", little(8, 4) + little(static_cast<uint32_t>(image.cols) - 1, 3) +
                                                  little(static_cast<uint32_t>(image.rows) - 1, 3)) +
                           lossless + chunks;
  return "RIFF" + little(static_cast<uint32_t>(body.size()), 4) + body;
}

// Gray, one strip, uncompressed.
std::string tiff(const std::string& stored, int orientation, uint32_t bits) {
  const cv::Mat image = picture(stored);
  const auto width = static_cast<uint32_t>(image.cols), height = static_cast<uint32_t>(image.rows);
  constexpr uint32_t kEntries = 10, kPixels = 8 + 2 + 12 * kEntries + 4;
  std::string out = "II*\0"s + little(8, 4) + little(kEntries, 2) + short_entry(256, width) + short_entry(257, height) +
                    short_entry(258, bits) + short_entry(259, 1) + short_entry(262, 1) + short_entry(273, kPixels) +
                    short_entry(274, static_cast<uint32_t>(orientation)) + short_entry(277, 1) +
                    short_entry(278, height) + short_entry(279, width * height * bits / 8) + little(0, 4);
  for (int i = 0; i < static_cast<int>(image.total()); ++i)
    out += std::string(bits / 8 - 1, '\0') + static_cast<char>(image.data[i]);
  return out;
}

int orientation_of(const std::string& bytes, ImageFormat format) { return read_photo_info(bytes, format).orientation; }

std::string seen(const std::string& bytes) { return letters(decode_photo(bytes)); }

TEST(Orientation, AJpegIsTurnedAsPeopleSeeIt) {
  for (int o = 1; o <= 8; ++o)
    EXPECT_EQ(seen(jpeg_with(segment("Exif\0\0"s + exif(o)), kStored[o - 1])), "ABC/DEF") << o;
}

TEST(Orientation, APngIsTurnedAsPeopleSeeIt) {
  for (int o = 1; o <= 8; ++o) EXPECT_EQ(seen(png_with(png_chunk("eXIf", exif(o)), kStored[o - 1])), "ABC/DEF") << o;
}

TEST(Orientation, AWebpIsTurnedAsPeopleSeeIt) {
  for (int o = 1; o <= 8; ++o) EXPECT_EQ(seen(webp_with(riff_chunk("EXIF", exif(o)), kStored[o - 1])), "ABC/DEF") << o;
}

TEST(Orientation, ATiffIsTurnedOnceOnly) {
  for (const uint32_t bits : {8u, 16u}) {
    for (int o = 1; o <= 8; ++o)
      EXPECT_EQ(seen(tiff(kStored[o - 1], o, bits)), "ABC/DEF") << o << ", " << bits << " bits";
  }
}

TEST(Orientation, IsReadInBothByteOrders) {
  const auto of = [](const std::string& data) {
    return orientation_of(jpeg_with(segment("Exif\0\0"s + data)), ImageFormat::kJpeg);
  };
  EXPECT_EQ(of(exif(6)), 6);
  EXPECT_EQ(of(exif_big_endian(6)), 6);
}

TEST(Orientation, WithoutExifIsUpright) {
  EXPECT_EQ(orientation_of(jpeg_with(""), ImageFormat::kJpeg), 1);
  EXPECT_EQ(orientation_of(png_with("", "AB/CD"), ImageFormat::kPng), 1);
  EXPECT_EQ(orientation_of(webp_with("", "AB/CD"), ImageFormat::kWebp), 1);
  EXPECT_EQ(orientation_of("", ImageFormat::kJpeg), 1);
}

TEST(Orientation, OutOf1To8IsUpright) {
  for (const int o : {0, 9, 65535})
    EXPECT_EQ(orientation_of(jpeg_with(segment("Exif\0\0"s + exif(o))), ImageFormat::kJpeg), 1) << o;
}

TEST(Orientation, OtherSegmentsAndFillBytesBeforeItArePassedOver) {
  const auto xmp = segment("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"s);
  EXPECT_EQ(orientation_of(jpeg_with(xmp + '\xff' + segment("Exif\0\0"s + exif(8))), ImageFormat::kJpeg), 8);
}

TEST(Orientation, OtherChunksBeforeItArePassedOverAndJpegsPrefixIsAllowed) {
  const auto png = png_with(png_chunk("tEXt", "a\0b"s) + png_chunk("eXIf", "Exif\0\0"s + exif(7)), "AB/CD");
  EXPECT_EQ(orientation_of(png, ImageFormat::kPng), 7);
  const auto webp = webp_with(riff_chunk("XMP ", "odd") + riff_chunk("EXIF", "Exif\0\0"s + exif(5)), "AB/CD");
  EXPECT_EQ(orientation_of(webp, ImageFormat::kWebp), 5);
}

TEST(Orientation, WhatFollowsTheStartOfThePictureIsNotRead) {
  const auto jpeg = jpeg_with("") + segment("Exif\0\0"s + exif(6));
  EXPECT_EQ(orientation_of(jpeg, ImageFormat::kJpeg), 1);
}

TEST(Orientation, CutAnywhereIsReadOrUpright) {
  const auto whole = "\xff\xd8"s + segment("Exif\0\0"s + exif(6));
  for (size_t size = 0; size <= whole.size(); ++size) {
    const int found = orientation_of(whole.substr(0, size), ImageFormat::kJpeg);
    EXPECT_TRUE(found == 1 || found == 6) << size;
  }
}

}  // namespace
}  // namespace pawprint
