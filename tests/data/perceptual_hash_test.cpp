#include "app/data/perceptual_hash.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "app/data/decode.h"
#include "app/report/picture_file.h"
#include "tests/support/scene.h"
#include "tests/support/shared.h"

using namespace pawprint;

namespace {

using pawprint::testing::cut;
using pawprint::testing::scene;

cv::Mat encoded_again(const cv::Mat& grey, int quality) {
  cv::Mat rgb, again;
  cv::cvtColor(grey, rgb, cv::COLOR_GRAY2RGB);
  cv::cvtColor(decode_photo(encode_picture(rgb, ".jpg", quality)), again, cv::COLOR_RGB2GRAY);
  return again;
}

bool are_copies(const cv::Mat& a, const cv::Mat& b) {
  const auto first = photo_print(a), second = photo_print(b);
  return may_be_copies(first, second) && likeness(first, second) >= kCopyLikeness;
}

}  // namespace

TEST(PerceptualHash, KnowsCopiesThatWereChanged) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const cv::Mat photo = scene(seed);
    cv::Mat half;
    cv::resize(photo, half, {}, 0.5, 0.4, cv::INTER_AREA);
    EXPECT_TRUE(are_copies(photo, photo));
    EXPECT_TRUE(are_copies(photo, encoded_again(photo, 40)));
    EXPECT_TRUE(are_copies(photo, half));
    EXPECT_TRUE(are_copies(photo, cut(photo, 0.03)));
    EXPECT_TRUE(are_copies(photo, photo * 0.7 + 20));
  }
}

TEST(PerceptualHash, OtherPhotosAreNoCopies) {
  for (uint64_t seed = 1; seed <= 20; ++seed) EXPECT_FALSE(are_copies(scene(seed), scene(seed + 1)));
}

TEST(PerceptualHash, MirroredIsThePrintOfTheMirrorImage) {
  cv::Mat photo = scene(1), flipped;
  cv::flip(photo, flipped, 1);
  const auto expected = photo_print(flipped), found = mirrored(photo_print(photo));
  EXPECT_EQ(found.thumbnail, expected.thumbnail);
  EXPECT_EQ(found.bits, expected.bits);
  EXPECT_FALSE(are_copies(photo, flipped));
}

TEST(PerceptualHash, ASingleColourIsNobodysCopy) {
  const auto grey = photo_print(cv::Mat(100, 100, CV_8U, cv::Scalar(120)));
  EXPECT_TRUE(grey.flat);
  EXPECT_FALSE(may_be_copies(grey, grey));
}

TEST(PerceptualHash, RealPhotosAreKnownByCopiesAndNotByOthers) {
  PAWPRINT_NEEDS_SHARED();
  std::vector<PhotoPrint> prints;
  for (int i = 100; i < 140; ++i) {
    const auto path = pawprint::testing::shared_folder() / "pets" / "cats" / ("cat." + std::to_string(i) + ".jpg");
    cv::Mat grey;
    if (!std::filesystem::exists(path)) continue;
    cv::cvtColor(decode_photo(read_photo(path)), grey, cv::COLOR_RGB2GRAY);
    EXPECT_TRUE(are_copies(grey, encoded_again(cut(grey, 0.03), 60))) << path;
    prints.push_back(photo_print(grey));
  }
  EXPECT_GE(prints.size(), 10u);
  for (size_t i = 0; i < prints.size(); ++i) {
    for (size_t j = 0; j < i; ++j)
      EXPECT_FALSE(may_be_copies(prints[i], prints[j]) && likeness(prints[i], prints[j]) >= kCopyLikeness);
  }
}
