#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "app/data/decode.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using namespace std::string_literals;
using testing::message_of;

// Three pixels wide, two high; each channel is 0 or 255, so that every number of bits can say it.
using Picture = std::vector<std::array<int, 3>>;
const Picture kPicture = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 255}, {0, 0, 0}, {255, 255, 0}};

std::string number(uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
  return out;
}

struct Bmp {
  uint32_t header_bytes = 40, bits = 24, compression = 0;
  std::array<uint32_t, 4> masks{};
  bool from_top = false;
  std::string pixels;  // rows as stored; of 1 to 8 bits an index into the six colors
};

std::string bytes_of(const Bmp& bmp) {
  const bool core = bmp.header_bytes == 12, fields = bmp.compression == 3;
  std::string header = number(bmp.header_bytes, 4);
  if (core) {
    header += number(3, 2) + number(2, 2) + number(1, 2) + number(bmp.bits, 2);
  } else {
    const auto height = static_cast<uint32_t>(bmp.from_top ? -2 : 2);
    header += number(3, 4) + number(height, 4) + number(1, 2) + number(bmp.bits, 2) + number(bmp.compression, 4) +
              number(bmp.pixels.size(), 4) + number(0, 8) + number(bmp.bits <= 8 ? 6 : 0, 4) + number(0, 4);
    const int masks = fields && bmp.header_bytes == 40 ? 3 : fields ? 4 : 0;
    for (int i = 0; i < masks; ++i) header += number(bmp.masks[static_cast<size_t>(i)], 4);
    if (bmp.header_bytes != 40) header.resize(bmp.header_bytes, '\0');
  }
  if (bmp.bits <= 8) {
    for (const auto& [r, g, b] : kPicture) {
      header += {static_cast<char>(b), static_cast<char>(g), static_cast<char>(r)};
      if (!core) header += '\0';
    }
  }
  const size_t at = 14 + header.size();
  return "BM" + number(at + bmp.pixels.size(), 4) + number(0, 4) + number(at, 4) + header + bmp.pixels;
}

// The two rows, each filled up to four bytes, by a function that stores a pixel.
template <class Store>
std::string rows(bool from_top, Store store) {
  std::string out;
  for (const int y : {from_top ? 0 : 1, from_top ? 1 : 0}) {
    std::string row;
    for (size_t x = 0; x < 3; ++x) row += store(kPicture[static_cast<size_t>(y) * 3 + x]);
    row.resize((row.size() + 3) / 4 * 4, '\0');
    out += row;
  }
  return out;
}

void expect_picture(const std::string& bytes, const std::string& what, const Picture& picture = kPicture) {
  const cv::Mat rgb = decode_photo(bytes);
  ASSERT_EQ(rgb.size(), cv::Size(3, 2)) << what;
  for (int i = 0; i < 6; ++i) {
    const auto& pixel = rgb.at<cv::Vec3b>(i / 3, i % 3);
    for (int c = 0; c < 3; ++c)
      EXPECT_EQ(pixel[c], picture[static_cast<size_t>(i)][static_cast<size_t>(c)]) << what << i;
  }
}

std::string reason(const std::string& bytes) {
  return message_of<Unreadable>([&] { decode_photo(bytes); });
}

TEST(DecodeBmp, TrueColorOfEveryHeaderFromTheTopAndTheBottom) {
  for (const uint32_t header : {12u, 40u, 52u, 56u, 64u, 108u, 124u}) {
    for (const bool from_top : {false, true}) {
      if (header == 12 && from_top) continue;  // cannot be said
      const auto data = rows(from_top, [](const auto& p) {
        return std::string{static_cast<char>(p[2]), static_cast<char>(p[1]), static_cast<char>(p[0])};
      });
      expect_picture(bytes_of({header, 24, 0, {}, from_top, data}), std::to_string(header) + ": ");
    }
  }
}

TEST(DecodeBmp, PalettesOfEveryHeader) {
  const std::vector<std::pair<uint32_t, std::string>> indices = {
      {8, "\3\4\5\0\0\1\2\0"s}, {4, "\x34\x50\0\0\x01\x20\0\0"s}};  // the lower row first
  for (const uint32_t header : {12u, 40u, 64u, 108u, 124u}) {
    for (const auto& [bits, data] : indices)
      expect_picture(bytes_of({header, bits, 0, {}, false, data}), std::to_string(header) + ' ' + std::to_string(bits));
  }
  const Picture two = {kPicture[0], kPicture[1], kPicture[0], kPicture[1], kPicture[0], kPicture[0]};
  expect_picture(bytes_of({40, 1, 0, {}, false, "\x80\0\0\0\x40\0\0\0"s}), "1 bit", two);
  const Picture four = {kPicture[0], kPicture[1], kPicture[2], kPicture[3], kPicture[0], kPicture[0]};
  expect_picture(bytes_of({40, 2, 0, {}, false, "\xc0\0\0\0\x18\0\0\0"s}), "2 bits", four);
}

TEST(DecodeBmp, BitFieldsOfEveryOrderAndWidth) {
  struct Fields {
    uint32_t bits;
    std::array<uint32_t, 4> masks;
  };
  const std::vector<Fields> all = {{16, {0xf800, 0x7e0, 0x1f, 0}},
                                   {16, {0x7c00, 0x3e0, 0x1f, 0}},
                                   {16, {0xf00, 0xf0, 0xf, 0xf000}},
                                   {32, {0xff, 0xff00, 0xff0000, 0}},
                                   {32, {0xff0000, 0xff00, 0xff, 0xff000000}},
                                   {32, {0xff000000, 0xff0000, 0xff00, 0}},
                                   {32, {0x3ff00000, 0xffc00, 0x3ff, 0}}};
  for (const auto& [bits, masks] : all) {
    for (const uint32_t header : {40u, 52u, 56u, 108u, 124u}) {
      const auto data = rows(false, [&, b = bits, m = masks](const auto& p) {
        uint32_t value = 0;  // alpha stays 0: it is ignored
        for (size_t c = 0; c < 3; ++c) value |= p[c] != 0 ? m[c] : 0;
        return number(value, static_cast<int>(b / 8));
      });
      expect_picture(bytes_of({header, bits, 3, masks, false, data}),
                     std::to_string(header) + ' ' + std::to_string(bits));
    }
  }
}

TEST(DecodeBmp, SixteenBitsWithoutMasksAreFiveEach) {
  const auto data = rows(false, [](const auto& p) {
    return number((p[0] / 255 * 31) << 10 | (p[1] / 255 * 31) << 5 | p[2] / 255 * 31, 2);
  });
  expect_picture(bytes_of({40, 16, 0, {}, false, data}), "");
}

TEST(DecodeBmp, RunsAreUnpacked) {
  // Lower row: three literal pixels. Upper row: a run of one, a jump of none, a run of two of the next colors.
  const auto eight = "\0\3\3\4\5\0\0\0\1\0\0\2\0\0\1\1\1\2\0\1"s;
  expect_picture(bytes_of({40, 8, 1, {}, false, eight}), "RLE8");
  const auto four = "\0\3\x34\x50\0\0\3\x01\0\1"s;  // a run of three takes 0 and 1 by turns
  Picture picture = kPicture;
  picture[2] = kPicture[0];
  expect_picture(bytes_of({40, 4, 2, {}, false, four}), "RLE4", picture);
  EXPECT_EQ(reason(bytes_of({40, 8, 1, {}, false, "\3\0"})), "BMP cut short");
}

TEST(DecodeBmp, WhatIsNotReadIsNamed) {
  EXPECT_EQ(reason(bytes_of({124, 0, 4, {}, false, "\xff\xd8"})), "a BMP of JPEG or PNG data is not read");
  EXPECT_EQ(reason(bytes_of({40, 24, 9, {}, false, ""})), "a BMP of compression 9 is not read");
  EXPECT_EQ(reason(bytes_of({40, 7, 0, {}, false, ""})), "damaged BMP: 7 bits a pixel");
  EXPECT_EQ(reason(bytes_of({40, 24, 0, {}, false, "too short"})), "BMP cut short");
}

}  // namespace
}  // namespace pawprint
