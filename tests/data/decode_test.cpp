#include "app/data/decode.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "tests/support/shared.h"

namespace pawprint {
namespace {

using namespace std::string_literals;
using testing::message_of;

const DecodeOptions kAcceptCut{{}, true, 0};

std::string encoded(const std::string& extension, const cv::Mat& image, const std::vector<int>& options = {}) {
  std::vector<uint8_t> bytes;
  cv::imencode(extension, image, bytes, options);
  return {bytes.begin(), bytes.end()};
}

cv::Mat noise(int type = CV_8UC3) {
  cv::Mat image(48, 64, type);
  cv::RNG(1).fill(image, cv::RNG::UNIFORM, 0, 256);
  return image;
}

std::string reason(const std::string& bytes, const DecodeOptions& options = {}) {
  return message_of<Unreadable>([&] { decode_photo(bytes, options); });
}

// The first pixel, `R,G,B`.
std::string pixel(const cv::Mat& rgb) {
  const auto& p = rgb.at<cv::Vec3b>(0, 0);
  return std::to_string(p[0]) + ',' + std::to_string(p[1]) + ',' + std::to_string(p[2]);
}

std::string first_pixel(const std::string& bytes) { return pixel(decode_photo(bytes)); }

std::string big(size_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> 8 * i);
  return out;
}

std::string little(size_t value, int bytes) {
  const auto out = big(value, bytes);
  return {out.rbegin(), out.rend()};
}

std::string segment(int marker, const std::string& payload) {
  return '\xff' + std::string(1, static_cast<char>(marker)) + big(payload.size() + 2, 2) + payload;
}

// A JPEG of 8 x 8 equal pixels with these samples as stored; of several scans if it is progressive. Quantisation by 8
// makes the DC coefficient the sample minus 128; each of the 12 DC categories has a code of 4 bits, the end of a block
// the code 0.
std::string flat_jpeg(const std::vector<int>& samples, int ac_scans = -1) {
  const bool progressive = ac_scans >= 0;
  std::string frame = "\x08\0\x08\0\x08"s + static_cast<char>(samples.size()),
              scan(1, static_cast<char>(samples.size()));
  std::string bits;
  const auto put = [&](int value, int count) {
    for (int i = count - 1; i >= 0; --i) bits += (value >> i & 1) != 0 ? '1' : '0';
  };
  for (size_t c = 0; c < samples.size(); ++c) {
    frame += static_cast<char>(c + 1) + "\x11\0"s;
    scan += static_cast<char>(c + 1) + "\0"s;
    const int dc = samples[c] - 128;
    int category = 0;
    while (std::abs(dc) >> category != 0) ++category;
    put(category, 4);
    put(dc < 0 ? dc + (1 << category) - 1 : dc, category);
    if (!progressive) put(0, 1);
  }
  bits += std::string((8 - bits.size() % 8) % 8, '1');
  std::string data;
  for (size_t i = 0; i < bits.size(); i += 8) {
    data += static_cast<char>(std::stoi(bits.substr(i, 8), nullptr, 2));
    if (data.back() == '\xff') data += '\0';
  }
  std::string out = "\xff\xd8" + segment(0xdb, '\0' + std::string(64, '\x08'));
  if (samples.size() == 4) out += segment(0xee, "Adobe\0\x64\0\0\0\0\0"s);  // CMYK, not YCCK
  out += segment(progressive ? 0xc2 : 0xc0, frame);
  out += segment(0xc4, "\0\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0\0\1\2\3\4\5\6\7\x08\x09\x0a\x0b"s);
  out += segment(0xc4, "\x10\1"s + std::string(15, '\0') + '\0');
  out += segment(0xda, scan + (progressive ? "\0\0\0"s : "\0\x3f\0"s)) + data;
  for (int i = 0; i < ac_scans; ++i) out += segment(0xda, "\1\1\0\1\x3f\0"s) + '\x7f';
  return out + "\xff\xd9";
}

TEST(Decode, GivesTheSamePixelsForEveryLosslessFormat) {
  const cv::Mat bgr = (cv::Mat_<cv::Vec3b>(1, 2) << cv::Vec3b(30, 20, 10), cv::Vec3b(60, 50, 40));
  for (const auto& bytes : {encoded(".png", bgr), encoded(".bmp", bgr), encoded(".tiff", bgr),
                            encoded(".webp", bgr, {cv::IMWRITE_WEBP_QUALITY, 101})}) {
    const auto rgb = decode_photo(bytes);
    ASSERT_TRUE(rgb.size() == cv::Size(2, 1) && rgb.type() == CV_8UC3);
    EXPECT_EQ(pixel(rgb) + ' ' + pixel(rgb.col(1)), "10,20,30 40,50,60") << bytes.substr(0, 4);
  }
}

TEST(Decode, FlatJpegsGiveTheirSamples) {
  EXPECT_EQ(first_pixel(flat_jpeg({77})), "77,77,77");
  EXPECT_EQ(first_pixel(flat_jpeg({77}, 1)), "77,77,77");  // progressive
  EXPECT_EQ(first_pixel(flat_jpeg({200, 128, 128})), "200,200,200");
  EXPECT_EQ(first_pixel(flat_jpeg({100, 128, 228})), "240,29,100");  // 100 + 1.402 * 100; 100 - 0.714 * 100
}

TEST(Decode, BaselineAndProgressiveJpegsOfOnePictureAgree) {
  const auto progressive = encoded(".jpg", noise(), {cv::IMWRITE_JPEG_PROGRESSIVE, 1});
  ASSERT_NE(progressive.find("\xff\xc2"), std::string::npos);
  EXPECT_EQ(cv::norm(decode_photo(encoded(".jpg", noise())), decode_photo(progressive), cv::NORM_INF), 0);
}

TEST(Decode, CmykIsStoredInverted) {
  EXPECT_EQ(first_pixel(flat_jpeg({255, 255, 255, 255})), "255,255,255");  // no ink
  EXPECT_EQ(first_pixel(flat_jpeg({0, 255, 255, 255})), "0,255,255");      // cyan
  EXPECT_EQ(first_pixel(flat_jpeg({255, 255, 255, 100})), "100,100,100");  // black at 155 / 255
  EXPECT_EQ(first_pixel(flat_jpeg({100, 200, 255, 200})), "78,157,200");   // 200 * 100 / 255, 200 * 200 / 255
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

TEST(Decode, OtherFormatsCutAnywhereAreRefused) {
  for (const auto& whole : {encoded(".png", noise()), encoded(".bmp", noise()), encoded(".tiff", noise()),
                            encoded(".webp", noise()), encoded(".webp", noise(), {cv::IMWRITE_WEBP_QUALITY, 101})}) {
    for (const size_t size :
         {whole.size() - 13, whole.size() * 9 / 10, whole.size() / 2, whole.size() / 10, size_t{16}}) {
      const auto why = reason(whole.substr(0, size));
      EXPECT_TRUE(why == "damaged or cut short" || why == "damaged header") << whole.substr(0, 4) << size << why;
    }
  }
}

TEST(Decode, GreyBecomesThreeEqualChannels) {
  for (const auto* extension : {".png", ".bmp", ".tiff", ".jpg"})
    EXPECT_EQ(first_pixel(encoded(extension, cv::Mat(8, 8, CV_8U, cv::Scalar(90)))), "90,90,90") << extension;
}

TEST(Decode, TransparencyIsOnWhite) {
  const cv::Mat half(4, 4, CV_8UC4, cv::Scalar(30, 20, 10, 51));  // 51 / 255 = 1/5: (10 + 4 * 255) / 5 = 206
  EXPECT_EQ(first_pixel(encoded(".png", half)), "206,208,210");
  EXPECT_EQ(first_pixel(encoded(".webp", half, {cv::IMWRITE_WEBP_QUALITY, 101})), "206,208,210");
  EXPECT_EQ(first_pixel(encoded(".png", cv::Mat(4, 4, CV_8UC4, cv::Scalar(30, 20, 10, 0)))), "255,255,255");
}

// A TIFF of one pixel 10, 20, 30 with alpha 51. ExtraSamples 1: the colours are multiplied by alpha, 2: they are not.
std::string tiff_with_alpha(size_t extra_samples) {
  std::string entries;
  const auto add = [&](size_t tag, size_t count, size_t value) {
    entries += little(tag, 2) + little(3, 2) + little(count, 4) + little(value, 4);
  };
  add(256, 1, 1), add(257, 1, 1), add(258, 4, 146), add(259, 1, 1), add(262, 1, 2), add(273, 1, 154), add(277, 1, 4);
  add(278, 1, 1), add(279, 1, 4), add(284, 1, 1), add(338, 1, extra_samples);
  return "II*\0\x08\0\0\0\x0b\0"s + entries + little(0, 4) + "\x08\0\x08\0\x08\0\x08\0\x0a\x14\x1e\x33"s;
}

TEST(Decode, ATiffsColoursAreMultipliedByAlphaOnce) {
  EXPECT_EQ(first_pixel(tiff_with_alpha(1)), "214,224,234");  // 10 + 255 - 51
  EXPECT_EQ(first_pixel(tiff_with_alpha(2)), "206,208,210");  // libtiff multiplies, but OpenCV does not say so
}

TEST(Decode, SixteenBitSamplesAreCutToTheirHighByte) {
  for (const auto* extension : {".png", ".tiff"}) {
    EXPECT_EQ(first_pixel(encoded(extension, cv::Mat(2, 2, CV_16U, cv::Scalar(0x12ff)))), "18,18,18") << extension;
    EXPECT_EQ(first_pixel(encoded(extension, cv::Mat(2, 2, CV_16UC3, cv::Scalar(0x1eff, 0x1400, 0x0a80)))), "10,20,30");
  }
  EXPECT_EQ(first_pixel(encoded(".png", cv::Mat(2, 2, CV_16UC4, cv::Scalar(0x1e00, 0x1400, 0x0a00, 0x3300)))),
            "206,208,210");
}

// A PNG of one pixel: the end of its IHDR with the checksum, and what follows; made with zlib.
std::string png(const std::string& header, const std::string& chunks) {
  return "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1"s + header + chunks + "\0\0\0\0IEND\xae\x42\x60\x82"s;
}

TEST(Decode, SixteenBitGreyWithAlphaIsOnWhite) {
  // 0x0a80 with alpha 0x3300
  EXPECT_EQ(first_pixel(png("\x10\x04\0\0\0\xe5\x8c\xd0\x41"s,
                            "\0\0\0\x0dIDAT\x78\x9c\x63\xe0\x6a\x30\x66\0\0\x02\x13\0\xbe\x09\x57\xb9\x77"s)),
            "206,206,206");
}

TEST(Decode, TheTransparencyOfAPaletteIsOnWhite) {
  // colour 0 is 10, 20, 30 with alpha 51
  EXPECT_EQ(first_pixel(png("\x08\x03\0\0\0\x28\xcb\x34\xbb"s,
                            "\0\0\0\x03PLTE\x0a\x14\x1e\x7e\x4c\x52\x3a\0\0\0\x01tRNS\x33\xff\x36\xb9\x70"
                            "\0\0\0\x0aIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71"s)),
            "206,208,210");
}

TEST(Decode, FloatingPointSamplesAreRefused) {
  EXPECT_EQ(reason(encoded(".tiff", cv::Mat(2, 2, CV_32F, cv::Scalar(0.5)))),
            "samples of another type than 8 or 16 bits");
}

TEST(Decode, AnUnusedFourthByteOfABmpIsNotTransparency) {
  const auto bmp = [](int compression, const std::string& masks) {
    return "BM"s + little(58 + masks.size(), 4) + little(0, 4) + little(54 + masks.size(), 4) + little(40, 4) +
           little(1, 4) + little(1, 4) + little(1, 2) + little(32, 2) + little(static_cast<size_t>(compression), 4) +
           std::string(20, '\0') + masks + "\x1e\x14\x0a\0"s;
  };
  EXPECT_EQ(first_pixel(bmp(0, "")), "10,20,30");
  EXPECT_EQ(first_pixel(bmp(3, "\0\0\xff\0\0\xff\0\0\xff\0\0\0"s)), "10,20,30");  // masks of red, green and blue only
}

TEST(Decode, NamesFormatsThatItDoesNotRead) {
  EXPECT_EQ(reason("\0\0\0\030ftypheic\0\0\0\0"s), "HEIC is not read; convert it to JPEG");
  EXPECT_EQ(reason("\0\0\0\030ftypavif\0\0\0\0"s), "AVIF is not read; convert it to JPEG");
  EXPECT_EQ(reason("GIF89a\1\0\1\0"s), "GIF is not read; convert it to PNG");
  for (const auto& bytes : {""s, "<html>not found</html>"s, std::string(100, '\0')})
    EXPECT_EQ(reason(bytes), "not a JPEG, PNG, WebP, BMP or TIFF image");
}

TEST(Decode, HugeClaimsAreRefusedFromTheHeader) {
  const auto claims = [](size_t width, size_t height) {
    return reason(encoded(".png", noise()).replace(16, 8, big(width, 4) + big(height, 4)));
  };
  EXPECT_EQ(claims(1'000'000, 1'000'000), "too large: 1000000 x 1000000 pixels, at most 20000 a side");
  EXPECT_EQ(claims(12'000, 12'000), "too large: 12000 x 12000 pixels, at most 50 megapixels");
  auto jpeg = flat_jpeg({77});
  jpeg.replace(jpeg.find("\xff\xc0") + 5, 4, big(12'000, 2) + big(12'000, 2));
  EXPECT_EQ(reason(jpeg), "too large: 12000 x 12000 pixels, at most 50 megapixels");
}

TEST(Decode, ThousandsOfScansAreRefused) { EXPECT_NE(reason(flat_jpeg({77}, 3000)), ""); }

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

}  // namespace
}  // namespace pawprint
