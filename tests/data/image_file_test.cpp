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

TEST(ImageFormat, IsToldByTheFirst32Bytes) {
  const auto first = [](const std::string& extension) { return encoded(extension, 2, 2).substr(0, 32); };
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

TEST(ImageFormat, IsToldOfAFileThatIsCutAnywhere) {
  const std::string whole = "II*\0\x10\0\0\0CR\2\0"s;  // a raw photo's beginning is the longest
  for (size_t size = 4; size < 10; ++size) EXPECT_EQ(image_format(whole.substr(0, size)), ImageFormat::kTiff) << size;
  EXPECT_EQ(image_format(whole), ImageFormat::kRaw);
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
  EXPECT_EQ(reason(path, {.max_bytes = 1'000'000, .name_options = true}),
            "too large: 2 MB, at most 1 MB; --max-megabytes N reads more");
}

TEST(CheckSize, TakesWhatIsWithinTheLimits) {
  EXPECT_NO_THROW(check_size({1, 1}, {}));
  EXPECT_NO_THROW(check_size({65'535, 3'814}, {}));
  EXPECT_NO_THROW(check_size({12'000, 9'000}, {}));
  EXPECT_NO_THROW(check_size({10'000, 10'000}, {}, "a GIF"));
}

TEST(CheckSize, RefusesSidesAreasAndNothing) {
  const auto refusal = [](int64_t width, int64_t height, const PhotoLimits& limits = {.name_options = true},
                          std::string_view whole = "") {
    return message_of<Unreadable>([&] { check_size({width, height}, limits, whole); });
  };
  EXPECT_EQ(refusal(65'536, 1), "too large: 65536 x 1 pixels, at most 65535 a side");
  EXPECT_EQ(refusal(1, 65'536), "too large: 1 x 65536 pixels, at most 65535 a side");
  EXPECT_EQ(refusal(16'000, 16'000),
            "too large: 16000 x 16000 pixels, at most 250 megapixels; --max-megapixels N reads more");
  EXPECT_EQ(
      refusal(12'000, 9'000, {.name_options = true}, "an interlaced PNG"),
      "too large: 12000 x 9000 pixels, at most 100 megapixels in an interlaced PNG; --max-megapixels N reads more");
  EXPECT_EQ(refusal(3'000, 2'000, {.max_pixels = 5'000'000}, "a GIF"),
            "too large: 3000 x 2000 pixels, at most 5 megapixels");
  EXPECT_EQ(refusal(int64_t{1} << 32, int64_t{1} << 32),
            "too large: 4294967296 x 4294967296 pixels, at most 65535 a side");
  EXPECT_EQ(refusal(0, 5), "damaged header");
  EXPECT_EQ(refusal(5, -1), "damaged header");
}

}  // namespace
}  // namespace pawprint
