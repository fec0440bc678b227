#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/data/decode.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using namespace std::string_literals;
using testing::message_of;

std::string big(uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> 8 * i);
  return out;
}

std::string chunk(const std::string& name, const std::string& payload) {
  const std::string body = name + payload;
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big(payload.size(), 4) + body + big(crc, 4);
}

std::string deflated(const std::string& data) {
  std::string out(compressBound(data.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()), data.size());
  return out.substr(0, size);
}

// Two pixels side by side; color type 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha.
std::string png(int type, int bits, const std::string& row, const std::string& chunks = "", bool interlaced = false) {
  const std::string header = big(2, 4) + big(1, 4) +
                             std::string{static_cast<char>(bits), static_cast<char>(type), 0, 0} +
                             (interlaced ? '\1' : '\0');
  std::string data = '\0' + row;
  if (interlaced) {  // of two pixels the first comes with pass 1, the second with pass 6
    const size_t each = row.size() / 2;
    data = '\0' + row.substr(0, each) + '\0' + row.substr(each);
  }
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunks + chunk("IDAT", deflated(data)) + chunk("IEND", "");
}

// `R,G,B R,G,B`
std::string pixels(const std::string& bytes) {
  const cv::Mat rgb = decode_photo(bytes);
  std::string out;
  for (int x = 0; x < rgb.cols; ++x) {
    const auto& p = rgb.at<cv::Vec3b>(0, x);
    out += (x > 0 ? " " : "") + std::to_string(p[0]) + ',' + std::to_string(p[1]) + ',' + std::to_string(p[2]);
  }
  return out;
}

std::string trns(const std::string& payload) { return chunk("tRNS", payload); }

TEST(DecodePng, FewBitsAreSpreadOver0To255) {
  EXPECT_EQ(pixels(png(0, 1, "\x40"s)), "0,0,0 255,255,255");
  EXPECT_EQ(pixels(png(0, 2, "\x60"s)), "85,85,85 170,170,170");
  EXPECT_EQ(pixels(png(0, 4, "\x3c"s)), "51,51,51 204,204,204");
  EXPECT_EQ(pixels(png(0, 16, "\x12\xff\x34\0"s)), "18,18,18 52,52,52");
}

TEST(DecodePng, TheTransparentValueOfGrayAndColorIsOnWhite) {
  EXPECT_EQ(pixels(png(0, 1, "\x40"s, trns("\0\0"s))), "255,255,255 255,255,255");
  EXPECT_EQ(pixels(png(0, 2, "\x60"s, trns("\0\2"s))), "85,85,85 255,255,255");
  EXPECT_EQ(pixels(png(0, 4, "\x3c"s, trns("\0\x03"s))), "255,255,255 204,204,204");
  EXPECT_EQ(pixels(png(0, 8, "\x0a\x14"s, trns("\0\x14"s))), "10,10,10 255,255,255");
  EXPECT_EQ(pixels(png(0, 16, "\x0a\1\x0a\2"s, trns("\x0a\2"s))), "10,10,10 255,255,255");  // all 16 bits count
  EXPECT_EQ(pixels(png(2, 8, "\1\2\3\4\5\6"s, trns("\0\1\0\2\0\3"s))), "255,255,255 4,5,6");
  EXPECT_EQ(pixels(png(2, 16, "\1\0\2\0\3\0\1\0\2\0\3\1"s, trns("\1\0\2\0\3\0"s))), "255,255,255 1,2,3");
}

TEST(DecodePng, PalettesOfEveryDepthWithAndWithoutTransparency) {
  const auto colors = chunk("PLTE", "\1\2\3\x0a\x14\x1e"s);
  for (const auto& [bits, row] :
       std::vector<std::pair<int, std::string>>{{1, "\x40"}, {2, "\x10"}, {4, "\x01"}, {8, "\0\1"s}}) {
    EXPECT_EQ(pixels(png(3, bits, row, colors)), "1,2,3 10,20,30") << bits;
    EXPECT_EQ(pixels(png(3, bits, row, colors + trns("\xff\x33"))), "1,2,3 206,208,210") << bits;
  }
}

TEST(DecodePng, AlphaIsOnWhite) {
  EXPECT_EQ(pixels(png(4, 8, "\x0a\x33\x0a\xff"s)), "206,206,206 10,10,10");
  EXPECT_EQ(pixels(png(6, 8, "\x0a\x14\x1e\x33\x0a\x14\x1e\0"s)), "206,208,210 255,255,255");
  EXPECT_EQ(pixels(png(6, 16, "\x0a\7\x14\7\x1e\7\x33\7\1\1\2\2\3\3\xff\xff"s)), "206,208,210 1,2,3");
}

TEST(DecodePng, InterlacedIsTheSame) {
  EXPECT_EQ(pixels(png(2, 8, "\1\2\3\4\5\6"s, "", true)), "1,2,3 4,5,6");
  EXPECT_EQ(pixels(png(6, 16, "\x0a\7\x14\7\x1e\7\x33\7\1\1\2\2\3\3\xff\xff"s, "", true)), "206,208,210 1,2,3");
}

TEST(DecodePng, OddProfilesAndTextsAreReadInSilence) {
  ::testing::internal::CaptureStderr();
  const auto odd = chunk("iCCP", "x\0\0not deflated"s) + chunk("gAMA", big(0, 4)) +
                   chunk("tEXt", "no end of a keyword") + chunk("sRGB", "\x09") + chunk("cHRM", "short");
  EXPECT_EQ(pixels(png(2, 8, "\1\2\3\4\5\6"s, odd)), "1,2,3 4,5,6");
  std::vector<std::string> remarks;
  DecodeOptions options;
  options.remark = [&](const std::string& text) { remarks.push_back(text); };
  decode_photo(png(2, 8, "\1\2\3\4\5\6"s, odd), options);
  decode_photo(png(2, 8, "\1\2\3\4\5\6"s), options);
  ASSERT_EQ(remarks.size(), 1u);  // the first only
  EXPECT_TRUE(remarks[0].starts_with("odd PNG: ")) << remarks[0];
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(DecodePng, DamageIsNamedInSilence) {
  ::testing::internal::CaptureStderr();
  auto bytes = png(2, 8, "\1\2\3\4\5\6"s);
  bytes[bytes.find("IDAT") + 6] ^= 1;
  EXPECT_EQ(message_of<Unreadable>([&] { decode_photo(bytes); }).substr(0, 13), "damaged PNG: ");
  EXPECT_EQ(message_of<Unreadable>([&] { decode_photo(bytes.substr(0, 50)); }), "PNG cut short");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

// A GIF of 4 x 2 with four colors; every code is written with three bits, and the table cleared before each.
std::string gif(const std::vector<int>& indices, const std::string& control, int left, int top, int width, int height,
                bool interlaced, const std::string& second_frame = "") {
  std::string bits;
  const auto put = [&](int code) {
    for (int i = 0; i < 3; ++i) bits += (code >> i & 1) != 0 ? '1' : '0';
  };
  for (const int index : indices) put(4), put(index);
  put(5);
  bits.resize((bits.size() + 7) / 8 * 8, '0');
  std::string data;
  for (size_t i = 0; i < bits.size(); i += 8) {
    auto byte = bits.substr(i, 8);
    std::reverse(byte.begin(), byte.end());
    data += static_cast<char>(std::stoi(byte, nullptr, 2));
  }
  const auto two = [](int value) { return std::string{static_cast<char>(value), static_cast<char>(value >> 8)}; };
  return "GIF89a" + two(4) + two(2) + "\xf1\0\0"s + "\1\2\3\x0a\x14\x1e\x28\x32\x3c\x46\x50\x5a"s + control + "," +
         two(left) + two(top) + two(width) + two(height) + (interlaced ? '\x40' : '\0') + '\2' +
         static_cast<char>(data.size()) + data + '\0' + second_frame + ";";
}

std::string reds(const std::string& bytes) {
  const cv::Mat rgb = decode_photo(bytes);
  std::string out;
  for (int y = 0; y < rgb.rows; ++y) {
    for (int x = 0; x < rgb.cols; ++x)
      out += std::to_string(rgb.at<cv::Vec3b>(y, x)[0]) + (x + 1 < rgb.cols ? ' ' : '/');
  }
  return out;
}

TEST(DecodeGif, TheFirstFrameIsRead) {
  const auto plain = gif({0, 1, 2, 3, 3, 2, 1, 0}, "", 0, 0, 4, 2, false);
  EXPECT_EQ(reds(plain), "1 10 40 70/70 40 10 1/");
  EXPECT_EQ(decode_photo(plain).at<cv::Vec3b>(0, 1), cv::Vec3b(10, 20, 30));
  EXPECT_EQ(reds(std::string(plain).replace(3, 3, "87a")), "1 10 40 70/70 40 10 1/");
  EXPECT_EQ(reds(gif({0, 1, 2, 3, 3, 2, 1, 0}, "", 0, 0, 4, 2, true)), "1 10 40 70/70 40 10 1/");
  EXPECT_EQ(reds(gif({0, 1, 2, 3, 3, 2, 1, 0}, "!\xff\x0bNETSCAPE2.0\3\1\0\0\0"s, 0, 0, 4, 2, false, ",broken")),
            "1 10 40 70/70 40 10 1/");
}

TEST(DecodeGif, InterlacedRowsAreSorted) {
  const auto tall = gif({0, 1, 2, 3, 0}, "", 0, 0, 1, 5, true);  // rows 0, 4, 2, 1, 3
  EXPECT_EQ(decode_photo(tall).col(0).at<cv::Vec3b>(4)[0], 10);
  EXPECT_EQ(decode_photo(tall).col(0).at<cv::Vec3b>(1)[0], 70);
}

TEST(DecodeGif, TransparencyAndWhatNoFrameCoversAreWhite) {
  EXPECT_EQ(reds(gif({0, 1, 2, 3, 3, 2, 1, 0}, "!\xf9\4\1\0\0\1\0"s, 0, 0, 4, 2, false)), "1 255 40 70/70 40 255 1/");
  EXPECT_EQ(reds(gif({0, 1}, "", 1, 1, 2, 1, false)), "255 255 255 255/255 1 10 255/");
}

TEST(DecodeGif, DamageIsNamed) {
  const auto whole = gif({0, 1, 2, 3, 3, 2, 1, 0}, "", 0, 0, 4, 2, false);
  for (size_t size = 32; size + 3 < whole.size(); ++size)
    EXPECT_NE(message_of<Unreadable>([&] { decode_photo(whole.substr(0, size)); }), "") << size;
}

}  // namespace
}  // namespace pawprint
