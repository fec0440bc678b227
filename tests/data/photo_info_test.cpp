#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/data/exif.h"

namespace pawprint {
namespace {

using namespace std::string_literals;

std::string number(uint64_t value, int bytes, bool little) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * i);
  if (!little) std::reverse(out.begin(), out.end());
  return out;
}

struct Text {
  uint32_t tag;
  std::string value;
};

// A TIFF structure with an orientation (0: none), texts in its first directory and others in its EXIF directory.
struct Structure {
  int orientation = 0;
  std::vector<Text> main, detail;
  bool little = true, big_tiff = false;

  std::string n(uint64_t value, int bytes) const { return number(value, bytes, little); }
  int word() const { return big_tiff ? 8 : 4; }
  std::string entry(uint32_t tag, uint32_t type, uint64_t count, std::string value) const {
    value.resize(static_cast<size_t>(word()), '\0');
    return n(tag, 2) + n(type, 2) + n(count, word()) + value;
  }
  std::string directory(const std::vector<Text>& texts, const std::vector<std::string>& others, uint64_t at,
                        std::string& behind) const {
    const uint64_t count = texts.size() + others.size(), each = big_tiff ? 20 : 12;
    const uint64_t end = at + (big_tiff ? 8 : 2) + each * count + static_cast<uint64_t>(word());
    std::string out = n(count, big_tiff ? 8 : 2);
    for (const auto& other : others) out += other;
    for (const auto& [tag, value] : texts) {
      const auto text = value + '\0';
      const bool inside = text.size() <= static_cast<size_t>(word());
      out += entry(tag, 2, text.size(), inside ? text : n(end + behind.size(), word()));
      if (!inside) behind += text;
    }
    return out + n(0, word());
  }
  std::string bytes() const {
    const std::string header =
        (little ? "II"s : "MM"s) + n(big_tiff ? 43 : 42, 2) + (big_tiff ? n(8, 2) + n(0, 2) + n(16, 8) : n(8, 4));
    std::string texts, more;
    std::vector<std::string> others;
    if (orientation != 0) others.push_back(entry(274, 3, 1, n(static_cast<uint64_t>(orientation), 2)));
    others.push_back(entry(0x8769, 4, 1, n(0, 4)));
    std::string first = directory(main, others, header.size(), texts);
    const uint64_t second = header.size() + first.size() + texts.size();
    others.back() = entry(0x8769, 4, 1, n(second, 4));
    texts.clear();
    first = directory(main, others, header.size(), texts);
    const auto sub = directory(detail, {}, second, more);
    return header + first + texts + sub + more;
  }
};

std::string segment(const std::string& payload) { return "\xff\xe1" + number(payload.size() + 2, 2, false) + payload; }
std::string exif_segment(const std::string& exif) { return segment("Exif\0\0"s + exif); }
std::string jpeg(const std::string& segments) { return "\xff\xd8" + segments + "\xff\xda\0\2"s; }
std::string chunk(const std::string& name, const std::string& payload) {
  return number(payload.size(), 4, false) + name + payload + "crc!";
}
std::string png(const std::string& chunks) {
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", std::string(13, '\0')) + chunks;
}
std::string riff(const std::string& name, const std::string& payload) {
  return name + number(payload.size(), 4, true) + payload + std::string(payload.size() % 2, '\0');
}
std::string deflated(const std::string& text) {
  std::string out(compressBound(text.size()), '\0');
  uLongf size = out.size();
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  out.resize(size);
  return out;
}
std::string raw_profile(const std::string& name, const std::string& data) {
  std::string out = "\n" + name + "\n" + std::string(4, ' ') + std::to_string(data.size()) + "\n";
  for (size_t i = 0; i < data.size(); ++i) {
    constexpr auto* kDigits = "0123456789abcdef";
    out += kDigits[static_cast<uint8_t>(data[i]) >> 4];
    out += kDigits[data[i] & 15];
    if (i % 36 == 35) out += '\n';
  }
  return out + "\n";
}
std::string xmp(const std::string& attribute) {
  return "<x:xmpmeta><rdf:Description "s + attribute + "</rdf:Description></x:xmpmeta>";
}

PhotoInfo of_jpeg(const std::string& segments) { return read_photo_info(jpeg(segments), ImageFormat::kJpeg); }
int png_orientation(const std::string& chunks) { return read_photo_info(png(chunks), ImageFormat::kPng).orientation; }

const Structure kShot{6,
                      {{271, "NIKON CORPORATION "}, {272, "NIKON D750"}, {306, "2024:05:18 09:00:00"}},
                      {{0x9003, "2024:05:17 16:03:21"}, {0x9291, "42"}, {0xa431, "6012345"}}};
constexpr int64_t kShotMs = 1'715'961'801'420;  // date -u -d '2024-05-17 16:03:21' +%s, and 420 ms

void expect_shot(const PhotoInfo& info, const std::string& what) {
  EXPECT_EQ(info.orientation, 6) << what;
  EXPECT_EQ(info.taken_ms, kShotMs) << what;
  EXPECT_EQ(info.camera, "NIKON CORPORATION NIKON D750 6012345") << what;
}

TEST(PhotoInfo, IsReadOfEveryFormatAndByteOrder) {
  for (const bool little : {true, false}) {
    auto shot = kShot;
    shot.little = little;
    const auto exif = shot.bytes();
    expect_shot(of_jpeg(exif_segment(exif)), "JPEG");
    expect_shot(read_photo_info(png(chunk("eXIf", exif)), ImageFormat::kPng), "PNG");
    expect_shot(read_photo_info("RIFF\0\0\0\0WEBP"s + riff("EXIF", exif), ImageFormat::kWebp), "WebP");
    expect_shot(read_photo_info(exif, ImageFormat::kTiff), "TIFF");
    shot.big_tiff = true;
    expect_shot(read_photo_info(shot.bytes(), ImageFormat::kTiff), "BigTIFF");
  }
}

TEST(PhotoInfo, OfAPhotoWithoutExifIsUnknown) {
  const auto info = of_jpeg("");
  EXPECT_EQ(info.orientation, 1);
  EXPECT_FALSE(info.taken_ms);
  EXPECT_EQ(info.camera, "");
}

TEST(PhotoInfo, TheTimeIsOriginalElseDigitizedElseDateTime) {
  const auto taken = [](const std::vector<Text>& main, const std::vector<Text>& detail) {
    return of_jpeg(exif_segment(Structure{0, main, detail}.bytes())).taken_ms;
  };
  const Text none{0x9003, "0000:00:00 00:00:00"}, blank{0x9003, "    :  :     :  :  "};
  const Text digitized{0x9004, "1970:01:01 00:00:02"}, changed{306, "1970:01:01 00:00:03"};
  EXPECT_EQ(taken({changed}, {none, digitized, {0x9292, "5"}}), 2500);
  EXPECT_EQ(taken({changed, {0x9290, "007"}}, {blank}), 3007);  // in the wrong directory
  EXPECT_EQ(taken({}, {{0x9003, "1969:12:31 23:59:59"}, {0x9291, "250   "}}), -750);
  EXPECT_EQ(taken({}, {{0x9003, "2023:02:29 10:00:00"}}), std::nullopt);  // no such day
  EXPECT_EQ(taken({}, {{0x9003, "yesterday, after lunch"}}), std::nullopt);
}

TEST(PhotoInfo, GarbageBeforeTheSegmentAndOtherSegmentsArePassedOver) {
  const auto exif = exif_segment(kShot.bytes());
  expect_shot(of_jpeg("\0\0\0"s + exif), "zeros");
  expect_shot(of_jpeg("stray bytes"s + exif), "text");
  expect_shot(of_jpeg(segment("http://ns.adobe.com/xap/1.0/\0<x/>"s) + "\xff\xff" + exif), "XMP and a fill byte");
  expect_shot(of_jpeg(exif_segment("no TIFF structure") + exif), "damaged EXIF");
}

TEST(PhotoInfo, ExifThatIsSplitOverSegmentsIsJoined) {
  const auto exif = kShot.bytes();
  expect_shot(of_jpeg(exif_segment(exif.substr(0, 70)) + exif_segment(exif.substr(70))), "two segments");
}

TEST(PhotoInfo, XmpTellsTheOrientationWhereExifDoesNot) {
  const auto packet = segment("http://ns.adobe.com/xap/1.0/\0"s + xmp("tiff:Orientation=\"8\">"));
  EXPECT_EQ(of_jpeg(packet).orientation, 8);
  EXPECT_EQ(of_jpeg(packet + exif_segment(kShot.bytes())).orientation, 6);
  auto silent = kShot;
  silent.orientation = 0;
  EXPECT_EQ(of_jpeg(exif_segment(silent.bytes()) + packet).orientation, 8);
  auto wrong = kShot;
  wrong.orientation = 9;  // upright, as Pillow has it
  EXPECT_EQ(of_jpeg(exif_segment(wrong.bytes()) + packet).orientation, 1);
}

TEST(PhotoInfo, XmpIsReadAsAttributeAndAsElementOfEveryFormat) {
  for (const auto* form :
       {"tiff:Orientation=\"6\">", "tiff:Orientation='6'>", "><tiff:Orientation>6</tiff:Orientation>"}) {
    EXPECT_EQ(png_orientation(chunk("iTXt", "XML:com.adobe.xmp\0\0\0\0\0"s + xmp(form))), 6) << form;
    EXPECT_EQ(png_orientation(chunk("iTXt", "XML:com.adobe.xmp\0\1\0en\0\0"s + deflated(xmp(form)))), 6) << form;
    EXPECT_EQ(read_photo_info("RIFF\0\0\0\0WEBP"s + riff("XMP ", xmp(form)), ImageFormat::kWebp).orientation, 6);
  }
  EXPECT_EQ(read_photo_info(Structure{0, {{700, xmp("tiff:Orientation=\"3\">")}}, {}}.bytes(), ImageFormat::kTiff)
                .orientation,
            3);
}

TEST(PhotoInfo, ImageMagicksProfilesOfAPngAreRead) {
  const auto exif = kShot.bytes();
  for (const auto& data : {exif, "Exif\0\0"s + exif}) {
    for (const std::string name : {"exif", "APP1"}) {
      const auto keyword = "Raw profile type " + name + '\0', text = raw_profile(name, data);
      EXPECT_EQ(png_orientation(chunk("tEXt", keyword + text)), 6) << name;
      EXPECT_EQ(png_orientation(chunk("zTXt", keyword + '\0' + deflated(text))), 6) << name;
      EXPECT_EQ(png_orientation(chunk("IDAT", "") + chunk("zTXt", keyword + '\0' + deflated(text))), 6) << name;
    }
  }
  auto other = kShot;
  other.orientation = 3;  // eXIf counts before them, wherever it is
  EXPECT_EQ(png_orientation(chunk("tEXt", "Raw profile type exif\0"s + raw_profile("exif", exif)) +
                            chunk("eXIf", other.bytes())),
            3);
}

TEST(PhotoInfo, NothingHostileLeadsBeyondTheFile) {
  const auto whole = exif_segment(kShot.bytes());
  for (size_t size = 0; size < whole.size(); ++size) of_jpeg(whole.substr(0, size));
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const char value : {'\0', '\x7f', '\xff'}) {
      auto damaged = whole;
      damaged[at] = value;
      of_jpeg(damaged);
    }
  }
  const auto bomb = chunk("zTXt", "Raw profile type exif\0\0"s + deflated(std::string(30'000'000, '\n')));
  EXPECT_EQ(png_orientation(bomb + bomb), 1);
}

TEST(PhotoInfo, ADirectoryThatPointsToItselfIsReadOnce) {
  auto exif = Structure{6, {}, {}}.bytes();
  exif.replace(exif.find("\x69\x87") + 8, 4, number(8, 4, true));
  EXPECT_EQ(of_jpeg(exif_segment(exif)).orientation, 6);
}

}  // namespace
}  // namespace pawprint
