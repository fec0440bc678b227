#include "app/inspect/near_duplicates.h"

#include <torch/script.h>

#include "tests/support/scene.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::cut;
using testing::scene;

std::vector<CheckedPhoto> photos_of(const std::vector<cv::Mat>& pictures) {
  std::vector<CheckedPhoto> photos(pictures.size());
  for (size_t i = 0; i < pictures.size(); ++i) photos[i].print = photo_print(pictures[i]);
  return photos;
}

using Pairs = std::vector<std::pair<int64_t, int64_t>>;

Pairs found(const std::vector<CheckedPhoto>& all, const std::vector<int64_t>& photos, const at::Tensor& features = {},
            int64_t threads = 2) {
  std::vector<int64_t> rows(all.size());
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int64_t>(i);
  Pairs pairs;
  for (const auto& pair : find_near_duplicates(all, photos, features, rows, threads, {})) {
    EXPECT_GE(pair.likeness, kCopyLikeness);
    pairs.emplace_back(pair.first, pair.second);
  }
  return pairs;
}

TEST(NearDuplicates, AreCopiesAndMirrorImages) {
  cv::Mat mirror;
  cv::flip(scene(2), mirror, 1);
  const auto all = photos_of({scene(1), scene(2), scene(3), scene(1) * 0.8 + 10, mirror, scene(4)});
  EXPECT_EQ(found(all, {0, 1, 2, 3, 4, 5}), (Pairs{{0, 3}, {1, 4}}));
}

TEST(NearDuplicates, OnlyPhotosThatAreNamedAreCompared) {
  const auto all = photos_of({scene(1), scene(1) * 0.8 + 10, scene(1) * 0.9});
  EXPECT_EQ(found(all, {0, 2}), (Pairs{{0, 2}}));
  EXPECT_EQ(found(all, {1}), Pairs());
}

TEST(NearDuplicates, OfOneColourAreNone) {
  const auto all = photos_of({cv::Mat(100, 100, CV_8U, cv::Scalar(90)), cv::Mat(100, 100, CV_8U, cv::Scalar(95))});
  EXPECT_EQ(found(all, {0, 1}), Pairs());
}

TEST(NearDuplicates, FeaturesFindWhatWasCutMore) {
  const auto all = photos_of({scene(1), scene(2), cut(scene(1), 0.1)});
  ASSERT_EQ(found(all, {0, 1, 2}), Pairs());  // more bits differ than copies' do
  const auto alike = torch::tensor({{1.F, 0.F}, {0.F, 1.F}, {0.96F, 0.28F}});
  EXPECT_EQ(found(all, {0, 1, 2}, alike), (Pairs{{0, 2}}));
  const auto features_alone = torch::tensor({{1.F, 0.F}, {1.F, 0.F}, {0.F, 1.F}});  // the pictures say no
  EXPECT_EQ(found(all, {0, 1, 2}, features_alone), Pairs());
}

TEST(NearDuplicates, DoNotDependOnThreadsAndAreFoundAmongMany) {
  std::vector<cv::Mat> pictures;
  for (uint64_t i = 0; i < 600; ++i) pictures.push_back(scene(i + 1));
  pictures[580] = scene(8) * 0.9 + 5;
  pictures[300] = scene(21) * 0.9 + 5;
  const auto all = photos_of(pictures);
  std::vector<int64_t> photos(pictures.size());
  for (size_t i = 0; i < photos.size(); ++i) photos[i] = static_cast<int64_t>(i);
  EXPECT_EQ(found(all, photos, {}, 1), (Pairs{{20, 300}, {7, 580}}));
  EXPECT_EQ(found(all, photos, {}, 3), (Pairs{{20, 300}, {7, 580}}));
}

}  // namespace
}  // namespace pawprint
