#include "app/training/photo_groups.h"

#include <gtest/gtest.h>

#include "tests/support/scene.h"

namespace pawprint {
namespace {

using testing::cut;
using testing::scene;

PhotoTraits looks(const cv::Mat& gray) {
  PhotoTraits traits;
  traits.hash = perceptual_hash(gray);
  return traits;
}

GroupInput photos_of(const std::vector<cv::Mat>& pictures, int64_t classes = 2) {
  GroupInput input;
  input.classes = classes;
  for (size_t i = 0; i < pictures.size(); ++i) {
    input.content.push_back(sha256(std::to_string(i)));
    input.labels.push_back(static_cast<int64_t>(i) % classes);
    input.traits.push_back(looks(pictures[i]));
  }
  return input;
}

std::vector<cv::Mat> different(uint64_t count) {
  std::vector<cv::Mat> pictures;
  for (uint64_t i = 1; i <= count; ++i) pictures.push_back(scene(i));
  return pictures;
}

TEST(PhotoGroups, EveryPhotoByItselfIsItsOwnContent) {
  const auto input = photos_of(different(6));
  const auto groups = group_photos(input, 2, {});
  EXPECT_EQ(groups.key, input.content);
  EXPECT_EQ(groups.groups, 0);
}

TEST(PhotoGroups, JoinWhatLooksAlikeAndWhatIsEqual) {
  auto input = photos_of(different(8));
  input.traits[5] = looks(cut(scene(1), 0.03));
  input.content[7] = input.content[3];
  const auto groups = group_photos(input, 2, {});
  EXPECT_EQ(groups.key[5], groups.key[0]);
  EXPECT_EQ(groups.key[0], std::min(input.content[0], input.content[5]));
  EXPECT_EQ(groups.key[7], groups.key[3]);
  EXPECT_EQ(groups.groups, 1);  // equal photos are one photo
  EXPECT_EQ(groups.alike, 2);
  EXPECT_EQ(groups.largest, (std::vector<std::vector<int64_t>>{{0, 5}}));
}

TEST(PhotoGroups, JoinShotsOfOneCameraWithinSeconds) {
  auto input = photos_of(different(8));
  for (size_t i = 0; i < 8; ++i) input.traits[i].camera = i < 6 ? 1 : 2;
  const int64_t seconds[] = {100, 103, 107, 113, 200, 300, 100, 400};
  for (size_t i = 0; i < 8; ++i) input.traits[i].taken_ms = 1000 * seconds[i];
  const auto groups = group_photos(input, 1, {});
  EXPECT_EQ(groups.key[0], groups.key[1]);
  EXPECT_EQ(groups.key[1], groups.key[2]);  // a chain of four seconds
  EXPECT_NE(groups.key[2], groups.key[3]);  // six seconds later
  EXPECT_NE(groups.key[0], groups.key[6]);  // another camera
  EXPECT_EQ(groups.same_moment, 3);
  EXPECT_EQ(groups.timed, 8);
}

TEST(PhotoGroups, ATimeWithoutACameraSaysNothing) {
  auto input = photos_of(different(4));
  for (auto& traits : input.traits) traits.taken_ms = 5000;
  EXPECT_EQ(group_photos(input, 1, {}).groups, 0);
}

TEST(PhotoGroups, NamesAreTakenAtTheirWord) {
  auto input = photos_of(different(6));
  input.named = {"a", "b", "a", "", "", "a"};
  const auto groups = group_photos(input, 1, {});
  EXPECT_EQ(groups.key[0], groups.key[5]);
  EXPECT_EQ(groups.key[0], groups.key[2]);
  EXPECT_NE(groups.key[3], groups.key[4]);
  EXPECT_EQ(groups.named, 4);
}

// A fixed camera: whoever joins all photos of a class cannot split them.
TEST(PhotoGroups, LooksSayNothingWhereAllOfAClassLookAlike) {
  std::vector<cv::Mat> pictures;
  for (uint64_t i = 0; i < 24; ++i)  // the even ones are of the first class and show one scene
    pictures.push_back(i % 2 == 0 ? cv::Mat(scene(1) * (0.8 + 0.01 * static_cast<double>(i))) : scene(i + 10));
  pictures[3] = scene(11) * 0.9;  // a copy in the other class
  const auto groups = group_photos(photos_of(pictures), 2, {});
  EXPECT_EQ(groups.too_alike, (std::vector<int64_t>{0}));
  EXPECT_NE(groups.key[0], groups.key[2]);
  EXPECT_EQ(groups.key[1], groups.key[3]);
}

TEST(PhotoGroups, ABurstOfMostOfAClassStaysTogetherWhereOthersCanFillTheOtherSide) {
  std::vector<cv::Mat> pictures;
  for (uint64_t i = 0; i < 60; ++i)  // of the 30 even ones 18 show one scene
    pictures.push_back(i % 2 == 0 && i < 36 ? cv::Mat(scene(1) * (0.8 + 0.005 * static_cast<double>(i)))
                                            : scene(i + 10));
  const auto groups = group_photos(photos_of(pictures), 2, {});
  EXPECT_TRUE(groups.too_alike.empty());
  EXPECT_EQ(groups.key[0], groups.key[34]);
}

TEST(PhotoGroups, GuessesThatJoinTheNamedGroupsOfAClassSayNothing) {
  auto pictures = different(8);
  pictures[2] = pictures[0] * 0.9;  // one look-alike across the two groups of the first class
  auto input = photos_of(pictures);
  input.named = {"x", "", "y", "", "x", "", "y", ""};
  const auto groups = group_photos(input, 1, {});
  EXPECT_NE(groups.key[0], groups.key[2]);
  EXPECT_EQ(groups.key[0], groups.key[4]);
}

TEST(PhotoGroups, DoNotDependOnThreads) {
  auto pictures = different(40);
  for (size_t i = 30; i < 40; ++i) pictures[i] = pictures[i - 30] * 0.9 + 5;
  const auto input = photos_of(pictures);
  EXPECT_EQ(group_photos(input, 1, {}).key, group_photos(input, 3, {}).key);
  EXPECT_EQ(group_photos(input, 1, {}).groups, 10);
}

}  // namespace
}  // namespace pawprint
