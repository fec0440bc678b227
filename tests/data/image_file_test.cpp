#include "app/data/image_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "tests/support/shared.h"

namespace pawprint {
namespace {

using namespace std::string_literals;
using testing::message_of;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

std::string encoded(const std::string& extension, int width_px, int height_px) {
  std::vector<uint8_t> bytes;
  cv::imencode(extension, cv::Mat(height_px, width_px, CV_8UC3, cv::Scalar(1, 2, 3)), bytes);
  return {bytes.begin(), bytes.end()};
}

std::string reason(const fs::path& path, const PhotoLimits& limits = {}) {
  return message_of<Unreadable>([&] { read_photo(path, limits); });
}

TEST(ImageFormat, IsToldByTheFirst16Bytes) {
  const auto first = [](const std::string& extension) { return encoded(extension, 2, 2).substr(0, 16); };
  EXPECT_EQ(image_format(first(".jpg")), ImageFormat::kJpeg);
  EXPECT_EQ(image_format(first(".png")), ImageFormat::kPng);
  EXPECT_EQ(image_format(first(".webp")), ImageFormat::kWebp);
  EXPECT_EQ(image_format(first(".bmp")), ImageFormat::kBmp);
  EXPECT_EQ(image_format(first(".tiff")), ImageFormat::kTiff);
  EXPECT_EQ(image_format("MM\0*"s), ImageFormat::kTiff);
  EXPECT_EQ(image_format("GIF89a"), ImageFormat::kGif);
  EXPECT_EQ(image_format("\0\0\0\030ftypheic"s), ImageFormat::kHeic);
  EXPECT_EQ(image_format("\0\0\0\030ftypavif"s), ImageFormat::kAvif);
}

TEST(ImageFormat, TextWavesAndShortBytesAreUnknown) {
  for (const auto& bytes : {""s, "B"s, "BM"s, "BMW drivers are many"s, "\xff\xd8"s, "RIFF\x24\0\0\0WAVE"s,
                            "\0\0\0\030ftypmp42"s, "<!DOCTYPE html>"s})
    EXPECT_EQ(image_format(bytes), ImageFormat::kUnknown) << bytes;
}

TEST(ImageExtension, CountsInAnyCaseAndOnlyAtTheEnd) {
  for (const auto* name :
       {"a.jpg", "a.JPEG", "a.b.Png", "a.jfif", "a.webp", "a.bmp", "a.TIF", "a.tiff", "a.heic", "a.avif", "a.gif"})
    EXPECT_TRUE(has_image_extension(name)) << name;
  for (const auto* name : {"a", "jpg", ".jpg", "a.jpg.txt", "a.jpgx", "Thumbs.db"})
    EXPECT_FALSE(has_image_extension(name)) << name;
}

TEST(PhotoCandidate, HasAnImagesNameOrAnImagesContent) {
  const TemporaryFolder folder;
  EXPECT_TRUE(is_photo_candidate(folder.write("text.jpg", "no image")));
  EXPECT_TRUE(is_photo_candidate(folder.write("photo", encoded(".jpg", 2, 2))));
  EXPECT_FALSE(is_photo_candidate(folder.write("Thumbs.db", "\xd0\xcf\x11\xe0 of Windows")));
  EXPECT_FALSE(is_photo_candidate(folder.write("empty", "")));
  EXPECT_FALSE(is_photo_candidate(folder / "missing"));
}

TEST(ReadPhoto, GivesAllBytes) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_photo(folder.write("a", "all\0bytes"s)), "all\0bytes"s);
}

TEST(ReadPhoto, NamesWhyAFileCannotBeUsed) {
  const TemporaryFolder folder;
  EXPECT_EQ(reason(folder / "missing.jpg"), "no such file");
  EXPECT_EQ(reason(folder.path()), "a folder, not a file");
  EXPECT_EQ(reason(folder.write("empty.jpg", "")), "empty file");
  EXPECT_EQ(reason("/dev/null"), "not a regular file");
  fs::create_symlink("loop.jpg", folder / "loop.jpg");
  EXPECT_EQ(reason(folder / "loop.jpg"), "a symbolic link that leads to itself");
}

TEST(ReadPhoto, DoesNotWaitForAFifo) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "fifo.jpg").c_str(), 0600), 0);
  EXPECT_EQ(reason(folder / "fifo.jpg"), "not a regular file");
  ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(is_photo_candidate(folder / "fifo"));
}

TEST(ReadPhoto, TakesAFileOfExactlyTheLimit) {
  const TemporaryFolder folder;
  const auto path = folder.write("a.jpg", std::string(2'000'000, 'x'));
  EXPECT_EQ(read_photo(path, {.max_bytes = 2'000'000}).size(), 2'000'000u);
  EXPECT_EQ(reason(path, {.max_bytes = 1'999'999}), "too large: 2 MB, at most 2 MB");
  EXPECT_EQ(reason(path, {.max_bytes = 1'000'000}), "too large: 2 MB, at most 1 MB");
}

TEST(HeaderSize, IsWhatWasEncoded) {
  for (const auto& [extension, format] :
       std::vector<std::pair<std::string, ImageFormat>>{{".png", ImageFormat::kPng},
                                                        {".webp", ImageFormat::kWebp},
                                                        {".bmp", ImageFormat::kBmp},
                                                        {".tiff", ImageFormat::kTiff}}) {
    const auto size = header_size(encoded(extension, 300, 21), format);
    EXPECT_EQ(size.width_px, 300) << extension;
    EXPECT_EQ(size.height_px, 21) << extension;
  }
}

TEST(HeaderSize, ReadsLosslessAndExtendedWebp) {
  const auto lossless = "RIFF____WEBPVP8L____\x2f"s + "\x2b\x01\x05\0"s;  // 299 = 0x12b; 20 << 14 = 0x50000
  EXPECT_EQ(header_size(lossless, ImageFormat::kWebp).width_px, 300);
  EXPECT_EQ(header_size(lossless, ImageFormat::kWebp).height_px, 21);
  const auto extended = "RIFF____WEBPVP8X____\0\0\0\0"s + "\x2b\x01\0\x14\0\0"s;
  EXPECT_EQ(header_size(extended, ImageFormat::kWebp).width_px, 300);
  EXPECT_EQ(header_size(extended, ImageFormat::kWebp).height_px, 21);
}

TEST(HeaderSize, ABmpsNegativeHeightIsRowsFromTheTop) {
  auto bmp = encoded(".bmp", 4, 3);
  bmp.replace(22, 4, "\xfd\xff\xff\xff");  // -3
  EXPECT_EQ(header_size(bmp, ImageFormat::kBmp).height_px, 3);
  bmp.replace(22, 4, "\0\0\0\x80"s);  // -2^31
  EXPECT_EQ(header_size(bmp, ImageFormat::kBmp).height_px, int64_t{1} << 31);
}

TEST(HeaderSize, OfACutHeaderIsRefused) {
  for (const auto& [extension, format] :
       std::vector<std::pair<std::string, ImageFormat>>{{".png", ImageFormat::kPng},
                                                        {".webp", ImageFormat::kWebp},
                                                        {".bmp", ImageFormat::kBmp},
                                                        {".tiff", ImageFormat::kTiff}}) {
    const auto cut = encoded(extension, 4, 4).substr(0, 16);
    EXPECT_EQ(message_of<Unreadable>([&, f = format] { header_size(cut, f); }), "damaged header") << extension;
  }
}

// Decoders pass over it: what it holds is not the picture's size.
TEST(HeaderSize, AChunkBeforeAPngsHeaderIsRefused) {
  const auto png = encoded(".png", 4, 4)
                       .insert(8,
                               "\0\0\0\x08"
                               "abCd\0\0\0\1\0\0\0\1\xfe\xff\xbc\xdc"s);
  EXPECT_EQ(message_of<Unreadable>([&] { header_size(png, ImageFormat::kPng); }), "damaged header");
}

TEST(HeaderSize, OfATiffIsTheFirstOfTwoAsLibtiffTakesIt) {
  const auto entry = [](char tag, char value) { return std::string{tag, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0}; };
  const auto tiff = "II*\0\x08\0\0\0\4\0"s + entry(0, 64) + entry(0, 3) + entry(1, 48) + entry(1, 2);
  EXPECT_EQ(header_size(tiff, ImageFormat::kTiff).width_px, 64);
  EXPECT_EQ(header_size(tiff, ImageFormat::kTiff).height_px, 48);
}

// libtiff takes type 16, eight bytes that stand elsewhere, even in a classic TIFF: the entry holds an offset, no width.
TEST(HeaderSize, OfATiffIsShortOrLong) {
  const auto entry = [](char tag, char type) { return std::string{tag, 1, type, 0, 1, 0, 0, 0, 9, 0, 0, 0}; };
  const auto tiff = [&](char type) { return "II*\0\x08\0\0\0\2\0"s + entry(0, type) + entry(1, 4); };
  EXPECT_EQ(header_size(tiff(3), ImageFormat::kTiff).width_px, 9);
  EXPECT_EQ(header_size(tiff(4), ImageFormat::kTiff).width_px, 9);
  EXPECT_EQ(message_of<Unreadable>([&] { header_size(tiff(16), ImageFormat::kTiff); }), "damaged header");
}

TEST(CheckSize, TakesWhatIsWithinTheLimits) {
  EXPECT_NO_THROW(check_size({1, 1}, {}));
  EXPECT_NO_THROW(check_size({20'000, 2'500}, {}));  // both limits exactly
}

TEST(CheckSize, RefusesSidesAreasAndNothing) {
  const auto refusal = [](int64_t width, int64_t height) {
    return message_of<Unreadable>([&] { check_size({width, height}, {}); });
  };
  EXPECT_EQ(refusal(20'001, 1), "too large: 20001 x 1 pixels, at most 20000 a side");
  EXPECT_EQ(refusal(1, 20'001), "too large: 1 x 20001 pixels, at most 20000 a side");
  EXPECT_EQ(refusal(12'000, 12'000), "too large: 12000 x 12000 pixels, at most 50 megapixels");
  EXPECT_EQ(refusal(int64_t{1} << 32, int64_t{1} << 32),
            "too large: 4294967296 x 4294967296 pixels, at most 20000 a side");
  EXPECT_EQ(refusal(0, 5), "damaged header");
  EXPECT_EQ(refusal(5, -1), "damaged header");
}

}  // namespace
}  // namespace pawprint
