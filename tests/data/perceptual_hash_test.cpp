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

cv::Mat encoded_again(const cv::Mat& gray, int quality) {
  cv::Mat rgb, again;
  cv::cvtColor(gray, rgb, cv::COLOR_GRAY2RGB);
  cv::cvtColor(decode_photo(encode_picture(rgb, ".jpg", quality)), again, cv::COLOR_RGB2GRAY);
  return again;
}

bool are_copies(const cv::Mat& a, const cv::Mat& b) {
  const auto first = perceptual_hash(a), second = perceptual_hash(b);
  return is_candidate(first, second) && similarity(first, second) >= kCopySimilarity;
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
  const auto expected = perceptual_hash(flipped), found = mirrored(perceptual_hash(photo));
  EXPECT_EQ(found.thumbnail, expected.thumbnail);
  EXPECT_EQ(found.bits, expected.bits);
  EXPECT_FALSE(are_copies(photo, flipped));
}

TEST(PerceptualHash, ASingleColorIsNobodysCopy) {
  const auto gray = perceptual_hash(cv::Mat(100, 100, CV_8U, cv::Scalar(120)));
  EXPECT_TRUE(gray.flat);
  EXPECT_FALSE(is_candidate(gray, gray));
}

TEST(PerceptualHash, RealPhotosAreKnownByCopiesAndNotByOthers) {
  PAWPRINT_NEEDS_SHARED();
  std::vector<PerceptualHash> hashes;
  for (int i = 100; i < 140; ++i) {
    const auto path = pawprint::testing::shared_folder() / "pets" / "cats" / ("cat." + std::to_string(i) + ".jpg");
    cv::Mat gray;
    if (!std::filesystem::exists(path)) continue;
    cv::cvtColor(decode_photo(read_photo(path)), gray, cv::COLOR_RGB2GRAY);
    EXPECT_TRUE(are_copies(gray, encoded_again(cut(gray, 0.03), 60))) << path;
    hashes.push_back(perceptual_hash(gray));
  }
  EXPECT_GE(hashes.size(), 10u);
  for (size_t i = 0; i < hashes.size(); ++i) {
    for (size_t j = 0; j < i; ++j)
      EXPECT_FALSE(is_candidate(hashes[i], hashes[j]) && similarity(hashes[i], hashes[j]) >= kCopySimilarity);
  }
}
