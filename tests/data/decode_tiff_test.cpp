#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

#include "app/data/decode.h"
#include "app/data/raw_photo.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using namespace std::string_literals;
using testing::message_of;

constexpr int kShort = 3, kLong = 4;

struct Field {
  int type;
  std::vector<uint32_t> values;
};

// Directories one after the other, or below the first, each followed by its pixels.
struct Page {
  std::map<int, Field> fields;
  std::vector<std::string> planes;
};

class TiffWriter {
 public:
  explicit TiffWriter(bool little = true, bool big_tiff = false) : little_(little), big_tiff_(big_tiff) {}

  std::string number(uint64_t value, int bytes) const {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
    if (!little_) std::reverse(out.begin(), out.end());
    return out;
  }

  std::string file(std::vector<Page> pages, bool below = false) const {
    const int word = big_tiff_ ? 8 : 4;
    std::string out =
        (little_ ? "II"s : "MM"s) + number(big_tiff_ ? 43 : 42, 2) + (big_tiff_ ? number(8, 2) + number(0, 2) : "");
    size_t link = out.size();  // where the offset of the next directory belongs
    out += number(0, word);
    for (size_t i = 0; i < pages.size(); ++i) {
      if (i == 0 && below) pages[i].fields[330] = {kLong, {0}};
      add_pixels(out, pages[i]);
      out.replace(link, static_cast<size_t>(word), number(out.size(), word));
      link = add_directory(out, pages[i].fields, i == 0 && below);
    }
    return out;
  }

 private:
  static void add_pixels(std::string& out, Page& page) {
    page.fields[273] = {kLong, {}};
    page.fields[279] = {kLong, {}};
    for (const auto& plane : page.planes) {
      page.fields[273].values.push_back(static_cast<uint32_t>(out.size()));
      page.fields[279].values.push_back(static_cast<uint32_t>(plane.size()));
      out += plane;
    }
  }

  size_t add_directory(std::string& out, const std::map<int, Field>& fields, bool link_below) const {
    const int word = big_tiff_ ? 8 : 4;
    std::string entries = number(fields.size(), big_tiff_ ? 8 : 2), behind;
    size_t link = 0;
    const size_t end = out.size() + entries.size() + fields.size() * (big_tiff_ ? 20 : 12) + static_cast<size_t>(word);
    for (const auto& [tag, field] : fields) {
      std::string values;
      for (const auto value : field.values) values += number(value, field.type == kShort ? 2 : 4);
      entries += number(static_cast<uint64_t>(tag), 2) + number(static_cast<uint64_t>(field.type), 2) +
                 number(field.values.size(), word);
      if (tag == 330 && link_below) link = out.size() + entries.size();
      if (values.size() > static_cast<size_t>(word)) {
        entries += number(end + behind.size(), word);
        behind += values;
      } else {
        values.resize(static_cast<size_t>(word), '\0');
        entries += values;
      }
    }
    if (!link_below) link = out.size() + entries.size();
    out += entries + number(0, word) + behind;
    return link;
  }

  bool little_, big_tiff_;
};

// Two pixels side by side.
Page page(int bits, int photometric, int samples, const std::vector<std::string>& planes,
          std::vector<uint32_t> extra = {}) {
  Page out;
  out.fields[256] = {kShort, {2}};
  out.fields[257] = {kShort, {1}};
  out.fields[258] = {kShort, std::vector<uint32_t>(static_cast<size_t>(samples), static_cast<uint32_t>(bits))};
  out.fields[259] = {kShort, {1}};
  out.fields[262] = {kShort, {static_cast<uint32_t>(photometric)}};
  out.fields[277] = {kShort, {static_cast<uint32_t>(samples)}};
  out.fields[278] = {kShort, {1}};
  out.fields[284] = {kShort, {planes.size() > 1 ? 2u : 1u}};
  if (!extra.empty()) out.fields[338] = {kShort, extra};
  out.planes = planes;
  return out;
}

std::string pixels(const std::string& bytes) {
  const cv::Mat rgb = decode_photo(bytes);
  std::string out;
  for (int x = 0; x < rgb.cols; ++x) {
    const auto& p = rgb.at<cv::Vec3b>(0, x);
    out += (x > 0 ? " " : "") + std::to_string(p[0]) + ',' + std::to_string(p[1]) + ',' + std::to_string(p[2]);
  }
  return out;
}

std::string little(const Page& of) { return pixels(TiffWriter().file({of})); }

std::string reason(const std::string& bytes) {
  return message_of<Unreadable>([&] { decode_photo(bytes); });
}

TEST(DecodeTiff, GrayOfEveryDepth) {
  EXPECT_EQ(little(page(1, 1, 1, {"\x40"})), "0,0,0 255,255,255");
  EXPECT_EQ(little(page(2, 1, 1, {"\x60"})), "85,85,85 170,170,170");
  EXPECT_EQ(little(page(4, 1, 1, {"\x3c"})), "51,51,51 204,204,204");
  EXPECT_EQ(little(page(8, 1, 1, {"\x0a\x14"})), "10,10,10 20,20,20");
  EXPECT_EQ(little(page(12, 1, 1, {"\x0a\x7f\xf1"})), "10,10,10 255,255,255");
  EXPECT_EQ(little(page(16, 1, 1, {"\xff\x0a\0\x14"s})), "10,10,10 20,20,20");
  EXPECT_EQ(little(page(4, 0, 1, {"\x3c"})), "204,204,204 51,51,51");  // white is zero
  EXPECT_EQ(little(page(16, 0, 1, {"\xff\x0a\0\x14"s})), "245,245,245 235,235,235");
}

TEST(DecodeTiff, ByteOrdersAndBigTiff) {
  for (const bool order : {true, false}) {
    for (const bool big : {true, false}) {
      const TiffWriter writer(order, big);
      const auto sample = [&](uint32_t value) { return writer.number(value, 2); };
      const auto row = sample(0x0aff) + sample(0x1400) + sample(0x1e80) + sample(1) + sample(0x200) + sample(0x300);
      EXPECT_EQ(pixels(writer.file({page(16, 2, 3, {row})})), "10,20,30 0,2,3") << order << big;
      EXPECT_EQ(pixels(writer.file({page(8, 2, 3, {"\x0a\x14\x1e\1\2\3"})})), "10,20,30 1,2,3") << order << big;
    }
  }
}

TEST(DecodeTiff, ExtraSamplesAreAlphaWhereTheyAreSaidToBe) {
  const std::vector<std::string> four = {"\x0a\x14\x1e\x33\x0a\x14\x1e\xff"};
  EXPECT_EQ(little(page(8, 2, 4, four, {0})), "10,20,30 10,20,30");     // unspecified: infrared, perhaps
  EXPECT_EQ(little(page(8, 2, 4, four, {1})), "214,224,234 10,20,30");  // multiplied: 10 + 255 - 51
  EXPECT_EQ(little(page(8, 2, 4, four, {2})), "206,208,210 10,20,30");
  EXPECT_EQ(little(page(8, 2, 4, four)), "206,208,210 10,20,30");  // as Pillow takes it
  EXPECT_EQ(little(page(8, 2, 5, {"\x0a\x14\x1e\x33\7\x0a\x14\x1e\xff\7"}, {0, 0})), "10,20,30 10,20,30");
  EXPECT_EQ(little(page(8, 2, 5, {"\x0a\x14\x1e\7\x33\x0a\x14\x1e\7\xff"}, {0, 2})), "206,208,210 10,20,30");
  EXPECT_EQ(little(page(8, 1, 2, {"\x0a\x33\x14\xff"}, {2})), "206,206,206 20,20,20");
  EXPECT_EQ(little(page(8, 1, 2, {"\x0a\x33\x14\xff"}, {0})), "10,10,10 20,20,20");
  EXPECT_EQ(little(page(16, 2, 4, {"\0\x0a\0\x14\0\x1e\0\x33\0\1\0\2\0\3\0\4"s}, {0})), "10,20,30 1,2,3");
}

TEST(DecodeTiff, PlanesAreJoined) {
  EXPECT_EQ(little(page(8, 2, 3, {"\x0a\1", "\x14\2", "\x1e\3"})), "10,20,30 1,2,3");
  EXPECT_EQ(little(page(8, 2, 4, {"\x0a\1", "\x14\2", "\x1e\3", "\x33\xff"}, {2})), "206,208,210 1,2,3");
  EXPECT_EQ(little(page(16, 2, 3, {"\0\x0a\0\1"s, "\0\x14\0\2"s, "\0\x1e\0\3"s})), "10,20,30 1,2,3");
}

TEST(DecodeTiff, CmykOf8And16Bits) {
  EXPECT_EQ(little(page(8, 5, 4, {"\xff\0\0\0\0\0\0\x9b"s})), "0,255,255 100,100,100");
  EXPECT_EQ(little(page(16, 5, 4, {"\0\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\x9b"s})), "0,255,255 100,100,100");
}

TEST(DecodeTiff, PalettesOfEveryDepth) {
  for (const auto& [bits, row] :
       std::vector<std::pair<int, std::string>>{{1, "\x40"}, {2, "\x10"}, {4, "\x01"}, {8, "\0\1"s}}) {
    auto of = page(bits, 3, 1, {row});
    const size_t colors = size_t{1} << bits;
    std::vector<uint32_t> map(3 * colors, 0x100);
    for (size_t c = 0; c < 3; ++c) {
      map[c * colors] = static_cast<uint32_t>(0x101 * (c + 1));
      map[c * colors + 1] = static_cast<uint32_t>(0xa0a * (c + 1));
    }
    of.fields[320] = {kShort, map};
    EXPECT_EQ(little(of), "1,2,3 10,20,30") << bits;
  }
}

TEST(DecodeTiff, TilesLargerThanThePictureAreCut) {
  auto of = page(8, 1, 1, {});
  of.fields.erase(278);
  of.fields[322] = of.fields[323] = {kShort, {16}};
  std::string tile(256, '\x63');
  tile[0] = '\x0a', tile[1] = '\x14';
  auto tiled = TiffWriter().file({of});
  // the offset and the length of a tile instead of those of a strip
  of.planes = {tile};
  tiled = TiffWriter().file({of});
  const auto rename = [&](int from, int to) {
    tiled.replace(tiled.find(TiffWriter().number(static_cast<uint64_t>(from), 2) + TiffWriter().number(kLong, 2)), 2,
                  TiffWriter().number(static_cast<uint64_t>(to), 2));
  };
  rename(273, 324), rename(279, 325);
  EXPECT_EQ(pixels(tiled), "10,10,10 20,20,20");
}

TEST(DecodeTiff, WhatIsNotReadIsNamedInSilence) {
  ::testing::internal::CaptureStderr();
  auto floating = page(8, 1, 1, {"\1\2"});
  floating.fields[339] = {kShort, {3}};
  EXPECT_EQ(reason(TiffWriter().file({floating})), "samples of another type than 8 or 16 bits");
  auto packed = page(8, 1, 1, {"\1\2"});
  packed.fields[259] = {kShort, {34712}};
  EXPECT_EQ(reason(TiffWriter().file({packed})), "a TIFF of compression 34712 is not read");
  const auto whole = TiffWriter().file({page(8, 1, 1, {"\1\2"})});
  for (size_t size = 8; size < whole.size() - 4; ++size) EXPECT_NE(reason(whole.substr(0, size)), "") << size;
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(DecodeTiff, HugeTilesAndStripsAreRefusedWithoutTheirMemory) {
  auto of = page(8, 2, 3, {"\1\2\3\4\5\6"});
  of.fields[256] = {kLong, {60'000}};
  of.fields[257] = {kLong, {4'000}};
  EXPECT_NE(reason(TiffWriter().file({of})), "");
  of.fields[257] = {kLong, {60'000}};
  EXPECT_EQ(reason(TiffWriter().file({of})), "too large: 60000 x 60000 pixels, at most 250 megapixels");
}

Page thumbnail() {
  auto out = page(8, 2, 3, {"\x63\x63\x63\x63\x63\x63"});
  out.fields[254] = {kLong, {1}};
  return out;
}

// Not of any camera: LibRaw says so.
TEST(RawPhoto, ItsThumbnailIsNotTakenForIt) {
  auto sensor = page(16, 32803, 1, {"\0\1\0\2"s});
  sensor.fields[254] = {kLong, {0}};
  for (const bool below : {true, false}) {
    for (const bool order : {true, false}) {
      const auto bytes = TiffWriter(order).file({thumbnail(), sensor}, below);
      EXPECT_TRUE(reason(bytes).starts_with("raw photo")) << reason(bytes) << below << order;
    }
  }
  auto linear = thumbnail();
  linear.fields[50706] = {kLong, {0x401}};  // DNG's version
  EXPECT_TRUE(reason(TiffWriter().file({linear})).starts_with("raw photo")) << reason(TiffWriter().file({linear}));
}

TEST(RawPhoto, IsKnownByItsFirstBytesAndNothingElseMayHaveItsName) {
  const testing::TemporaryFolder folder;
  const auto tiff = TiffWriter().file({thumbnail()});
  EXPECT_EQ(message_of<Unreadable>([&] { read_photo(folder.write("a.NEF", tiff)); }),
            "raw photo of a kind that is not read; convert it to JPEG");
  for (const auto& bytes : {"\0\0\0\x18"
                            "ftypcrx "s,
                            "FUJIFILMCCD-RAW 0201"s, "IIU\0\x18\0\0\0"s, "IIRO\x08\0\0\0"s, "II*\0\x10\0\0\0CR\2\0"s})
    EXPECT_TRUE(reason(bytes).starts_with("raw photo")) << reason(bytes);
  EXPECT_EQ(read_photo(folder.write("b.tif", tiff)), tiff);
  EXPECT_EQ(read_photo(folder.write("b.nef",
                                    "\xff\xd8\xff\xe0"
                                    "a JPEG under its name"))
                .size(),
            25u);
  for (const auto* name : {"a.nef", "a.CR2", "a.cr3", "a.ARW", "a.dng", "a.orf", "a.rw2", "a.RAF", "a.pef", "a.srw"}) {
    EXPECT_TRUE(is_raw_photo(name)) << name;
    EXPECT_TRUE(is_photo_candidate(name)) << name;
  }
  for (const auto* name : {"a.tif", "a.jpg", "nef", "a.nef.txt"}) EXPECT_FALSE(is_raw_photo(name)) << name;
}

TEST(DecodeTiff, AThumbnailBeforeThePictureIsPassedOver) {
  const auto photo = page(8, 2, 3, {"\x0a\x14\x1e\1\2\3"});
  EXPECT_EQ(pixels(TiffWriter().file({thumbnail(), photo})), "10,20,30 1,2,3");
  EXPECT_EQ(pixels(TiffWriter().file({thumbnail(), photo}, true)), "10,20,30 1,2,3");
  EXPECT_EQ(pixels(TiffWriter().file({photo, thumbnail()})), "10,20,30 1,2,3");
  EXPECT_EQ(pixels(TiffWriter().file({thumbnail()})), "99,99,99 99,99,99");  // there is nothing else
}

TEST(TiffPictures, LoopsEnd) {
  auto bytes = TiffWriter().file({thumbnail(), thumbnail()});
  const auto first = bytes.substr(4, 4);
  bytes.replace(bytes.size() - 4 - 6, 4, first);  // whatever that overwrites
  tiff_pictures(bytes);
  const auto loop = "II*\0\x08\0\0\0\0\0\x08\0\0\0"s;  // an empty directory that is followed by itself
  EXPECT_FALSE(tiff_pictures(loop).raw);
}

}  // namespace
}  // namespace pawprint
