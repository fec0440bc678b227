#include "app/data/carry_exif.h"

#include <gtest/gtest.h>

#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "app/data/tiff_view.h"

namespace pawprint {
namespace {

using namespace std::string_literals;

// Writes numbers in one byte order.
struct Order {
  bool little;
  std::string operator()(uint32_t value, int bytes) const {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> 8 * (little ? i : bytes - 1 - i));
    return out;
  }
  std::string entry(uint32_t tag, uint32_t type, uint32_t count, uint32_t value) const {
    return (*this)(tag, 2) + (*this)(type, 2) + (*this)(count, 4) + (*this)(value, type == 3 ? 2 : 4) +
           (type == 3 ? "\0\0"s : ""s);
  }
};

// A turned photo of 400 x 300 pixels by `maker`, with a thumbnail of 8 bytes.
std::string photo_data(bool little) {
  const Order n{little};
  const std::string maker = "Apfel\0"s, date = "2026:11:26 10:00:00\0"s, thumbnail = "THUMBNAI"s;
  const uint32_t exif_at = 8 + 2 + 3 * 12 + 4, second_at = exif_at + 2 + 3 * 12 + 4,
                 values_at = second_at + 2 + 2 * 12 + 4;
  return (little ? "II"s : "MM"s) + n(42, 2) + n(8, 4) +  //
         n(3, 2) + n.entry(271, 2, 6, values_at) + n.entry(274, 3, 1, 6) + n.entry(34665, 4, 1, exif_at) +
         n(second_at, 4) +  //
         n(3, 2) + n.entry(36867, 2, 20, values_at + 6) + n.entry(40962, 4, 1, 400) + n.entry(40963, 3, 1, 300) +
         n(0, 4) +  //
         n(2, 2) + n.entry(513, 4, 1, values_at + 26) + n.entry(514, 4, 1, 8) + n(0, 4) + maker + date + thumbnail;
}

struct Told {
  uint64_t orientation = 0, width = 0, height = 0;
  std::string maker, date;
};

Told told(const std::string& tiff) {
  const auto view = TiffView::open(tiff);
  const auto first = view->directory(view->first_directory());
  const auto text = [&](const TiffEntry* entry) { return entry == nullptr ? "none" : view->little_endian(*entry); };
  const auto number = [&](const TiffEntry* entry) { return entry == nullptr ? 0 : view->number(*entry); };
  const auto exif = view->directory_at(*first, 34665);
  return {number(first->find(274)), number(exif->find(40962)), number(exif->find(40963)), text(first->find(271)),
          text(exif->find(36867))};
}

TEST(UprightExif, TurnsUprightForgetsTheThumbnailAndKeepsTheRest) {
  for (const bool little : {true, false}) {
    const std::string before = photo_data(little), after = upright_exif(before, {300, 400});
    ASSERT_EQ(after.size(), before.size());
    const Told all = told(after);
    EXPECT_EQ(all.orientation, 1);
    EXPECT_EQ(all.width, 300);
    EXPECT_EQ(all.height, 400);
    EXPECT_EQ(all.maker, "Apfel\0"s);
    EXPECT_EQ(all.date, "2026:11:26 10:00:00\0"s);
    EXPECT_EQ(after.find("THUMB"), std::string::npos);
    const auto view = TiffView::open(after);
    EXPECT_FALSE(view->directory(view->number(view->directory(8)->next_at, 4)));
  }
}

TEST(UprightExif, DamagedDataIsLeftOutOrKeptAsFarAsItGoes) {
  EXPECT_EQ(upright_exif("", {1, 1}), "");
  EXPECT_EQ(upright_exif("no TIFF at all", {1, 1}), "");
  const std::string whole = photo_data(true);
  for (size_t length = 0; length < whole.size(); ++length) {
    const std::string cut = whole.substr(0, length), after = upright_exif(cut, {300, 400});
    EXPECT_TRUE(after.empty() || after.size() == cut.size()) << length;
  }
  for (size_t at = 0; at < whole.size(); ++at) {  // no offset leads out of it
    std::string bad = whole;
    for (const int value : {0, 255}) {
      bad[at] = static_cast<char>(value);
      upright_exif(bad, {300, 400});
    }
  }
}

TEST(WithTagsOf, TakesOverWhatATiffFileSaysOfItself) {
  std::vector<uint8_t> bytes;
  cv::imencode(".tif", cv::Mat(20, 30, CV_8UC3, cv::Scalar(1, 2, 3)), bytes);
  for (const bool little : {true, false}) {
    const std::string tiff = with_tags_of({bytes.begin(), bytes.end()}, photo_data(little), "a profile");
    const Told all = told(tiff);
    EXPECT_EQ(all.orientation, 0);  // none: upright
    EXPECT_EQ(all.maker, "Apfel\0"s);
    EXPECT_EQ(all.date, "2026:11:26 10:00:00\0"s);
    const auto view = TiffView::open(tiff);
    EXPECT_EQ(view->little_endian(*view->directory(view->first_directory())->find(34675)), "a profile");
    const cv::Mat picture = cv::imdecode(std::vector<uint8_t>(tiff.begin(), tiff.end()), cv::IMREAD_UNCHANGED);
    EXPECT_EQ(picture.size(), cv::Size(30, 20));
    EXPECT_EQ(picture.at<cv::Vec3b>(5, 5), cv::Vec3b(1, 2, 3));
  }
}

}  // namespace
}  // namespace pawprint
