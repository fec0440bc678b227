#include "app/data/decode.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
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

// A JPEG of 8 x 8 equal pixels with these samples as stored; of several scans if it is progressive. Quantization by 8
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

TEST(Decode, JpegsOfAnotherKindAreNamed) {
  const auto with = [](char frame, char bits) {
    auto bytes = flat_jpeg({77});
    const auto at = bytes.find("\xff\xc0");
    bytes[at + 1] = frame;
    bytes[at + 4] = bits;
    return reason(bytes);
  };
  EXPECT_EQ(with('\xc1', 12), "a 12-bit JPEG is not read; convert it to an ordinary one");
  EXPECT_EQ(with('\xc3', 8), "a lossless JPEG is not read; convert it to an ordinary one");
  EXPECT_EQ(with('\xc3', 14), "a lossless JPEG is not read; convert it to an ordinary one");
  EXPECT_EQ(with('\xc5', 8), "a hierarchical JPEG is not read; convert it to an ordinary one");
  EXPECT_EQ(with('\xf7', 8), "JPEG-LS is not read; convert it to JPEG");
}

TEST(Decode, OtherFormatsCutAnywhereAreRefused) {
  for (const auto& whole : {encoded(".png", noise()), encoded(".bmp", noise()), encoded(".tiff", noise()),
                            encoded(".webp", noise()), encoded(".webp", noise(), {cv::IMWRITE_WEBP_QUALITY, 101})}) {
    for (const size_t size :
         {whole.size() - 13, whole.size() * 9 / 10, whole.size() / 2, whole.size() / 10, size_t{32}}) {
      const auto why = reason(whole.substr(0, size));
      EXPECT_TRUE(why.find("cut short") != std::string::npos || why.starts_with("damaged TIFF: "))
          << whole.substr(0, 4) << size << ": " << why;
    }
  }
}

TEST(Decode, GrayBecomesThreeEqualChannels) {
  for (const auto* extension : {".png", ".bmp", ".tiff", ".jpg"})
    EXPECT_EQ(first_pixel(encoded(extension, cv::Mat(8, 8, CV_8U, cv::Scalar(90)))), "90,90,90") << extension;
}

TEST(Decode, TransparencyIsOnWhite) {
  const cv::Mat half(4, 4, CV_8UC4, cv::Scalar(30, 20, 10, 51));  // 51 / 255 = 1/5: (10 + 4 * 255) / 5 = 206
  EXPECT_EQ(first_pixel(encoded(".png", half)), "206,208,210");
  EXPECT_EQ(first_pixel(encoded(".webp", half, {cv::IMWRITE_WEBP_QUALITY, 101})), "206,208,210");
  EXPECT_EQ(first_pixel(encoded(".png", cv::Mat(4, 4, CV_8UC4, cv::Scalar(30, 20, 10, 0)))), "255,255,255");
}

// A TIFF of one pixel 10, 20, 30 with alpha 51. ExtraSamples 1: the colors are multiplied by alpha, 2: they are not.
std::string tiff_with_alpha(size_t extra_samples) {
  std::string entries;
  const auto add = [&](size_t tag, size_t count, size_t value) {
    entries += little(tag, 2) + little(3, 2) + little(count, 4) + little(value, 4);
  };
  add(256, 1, 1), add(257, 1, 1), add(258, 4, 146), add(259, 1, 1), add(262, 1, 2), add(273, 1, 154), add(277, 1, 4);
  add(278, 1, 1), add(279, 1, 4), add(284, 1, 1), add(338, 1, extra_samples);
  return "II*\0\x08\0\0\0\x0b\0"s + entries + little(0, 4) + "\x08\0\x08\0\x08\0\x08\0\x0a\x14\x1e\x33"s;
}

TEST(Decode, ATiffsColorsAreMultipliedByAlphaOnce) {
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

TEST(Decode, SixteenBitGrayWithAlphaIsOnWhite) {
  // 0x0a80 with alpha 0x3300
  EXPECT_EQ(first_pixel(png("\x10\x04\0\0\0\xe5\x8c\xd0\x41"s,
                            "\0\0\0\x0dIDAT\x78\x9c\x63\xe0\x6a\x30\x66\0\0\x02\x13\0\xbe\x09\x57\xb9\x77"s)),
            "206,206,206");
}

TEST(Decode, TheTransparencyOfAPaletteIsOnWhite) {
  // color 0 is 10, 20, 30 with alpha 51
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
  EXPECT_EQ(reason("\0\0\0\x0cjP  \r\n\x87\n"s), "JPEG 2000 is not read; convert it to JPEG");
  for (const auto& bytes : {""s, "<html>not found</html>"s, std::string(100, '\0')})
    EXPECT_EQ(reason(bytes), "not an image of a format that pawprint reads");
}

uint32_t png_checksum(const std::string& bytes) {
  uint32_t crc = 0xffffffff;
  for (const unsigned char c : bytes) {
    crc ^= c;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

TEST(Decode, HugeClaimsAreRefusedFromTheHeader) {
  const auto claims = [](size_t width, size_t height, bool interlaced) {
    auto png = encoded(".png", noise()).replace(16, 8, big(width, 4) + big(height, 4));
    png[28] = interlaced ? 1 : 0;
    return reason(png.replace(29, 4, big(png_checksum(png.substr(12, 17)), 4)));
  };
  EXPECT_EQ(claims(1'000'000, 1'000'000, false), "too large: 1000000 x 1000000 pixels, at most 65535 a side");
  EXPECT_EQ(claims(16'000, 16'000, false), "too large: 16000 x 16000 pixels, at most 250 megapixels");
  EXPECT_EQ(claims(12'000, 12'000, true),
            "too large: 12000 x 12000 pixels, at most 100 megapixels in an interlaced PNG");
  const auto jpeg_claims = [](std::string jpeg) {
    const auto frame = jpeg.find("\x08\0\x08\0\x08"s);  // bits a sample, height, width
    return reason(jpeg.replace(frame + 1, 4, big(16'000, 2) + big(16'000, 2)));
  };
  EXPECT_EQ(jpeg_claims(flat_jpeg({77})), "too large: 16000 x 16000 pixels, at most 250 megapixels");
  EXPECT_EQ(jpeg_claims(flat_jpeg({77}, 1)),
            "too large: 16000 x 16000 pixels, at most 100 megapixels in a progressive JPEG");
}

TEST(Decode, ThousandsOfScansAreRefused) { EXPECT_NE(reason(flat_jpeg({77}, 3000)), ""); }

// The cases that others reported; every file shows source.png.
TEST(ReportedCases, ShowTheSource) {
  PAWPRINT_NEEDS_SHARED();
  const auto folder = testing::shared_folder() / "cases" / "files";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "needs the shared cases";
  const cv::Mat source = decode_photo(read_photo(folder / "source.png"));
  const auto difference = [&](const std::string& name) {
    const cv::Mat photo = decode_photo(read_photo(folder / name));
    return photo.size() == source.size()
               ? cv::norm(photo, source, cv::NORM_L1) / static_cast<double>(3 * source.total())
               : 999;
  };
  for (const auto* name :
       {"bmp32_bitfields_bgr_v3.bmp", "five_band.tif", "rgb_nir_unspecified.tif", "tif_big.tif", "bmp2.bmp"})
    EXPECT_EQ(difference(name), 0) << name;
  for (const auto* name : {"bmp555.bmp", "bmp565.bmp", "cmyk16.tif"}) EXPECT_LT(difference(name), 5) << name;
  for (const auto* name : {"png_xmp6.png", "png_rawprofile6.png", "exif_garbage_first.jpg"})
    EXPECT_EQ(decode_photo(read_photo(folder / name)).size(), cv::Size(source.rows, source.cols)) << name;
}

}  // namespace
}  // namespace pawprint
