#include "app/training/near_duplicates.h"

#include <torch/script.h>

#include "tests/support/scene.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::cut;
using testing::scene;

std::vector<PerceptualHash> hashes_of(const std::vector<cv::Mat>& pictures) {
  std::vector<PerceptualHash> hashes;
  for (const auto& picture : pictures) hashes.push_back(perceptual_hash(picture));
  return hashes;
}

using Pairs = std::vector<std::pair<int64_t, int64_t>>;

Pairs found(const std::vector<PerceptualHash>& all, const at::Tensor& features = {}, int64_t threads = 2) {
  std::vector<const PerceptualHash*> hashes;
  for (const auto& hash : all) hashes.push_back(&hash);
  Pairs pairs;
  for (const auto& pair : find_near_duplicates(hashes, features, threads, {})) {
    EXPECT_GE(pair.similarity, kCopySimilarity);
    pairs.emplace_back(pair.first, pair.second);
  }
  return pairs;
}

TEST(NearDuplicates, AreCopiesAndMirrorImages) {
  cv::Mat mirror;
  cv::flip(scene(2), mirror, 1);
  const auto all = hashes_of({scene(1), scene(2), scene(3), scene(1) * 0.8 + 10, mirror, scene(4)});
  EXPECT_EQ(found(all), (Pairs{{0, 3}, {1, 4}}));
}

TEST(NearDuplicates, OfOneColorAreNone) {
  const auto all = hashes_of({cv::Mat(100, 100, CV_8U, cv::Scalar(90)), cv::Mat(100, 100, CV_8U, cv::Scalar(95))});
  EXPECT_EQ(found(all), Pairs());
}

TEST(NearDuplicates, FeaturesFindWhatWasCutMore) {
  const auto all = hashes_of({scene(1), scene(2), cut(scene(1), 0.1)});
  ASSERT_EQ(found(all), Pairs());  // more bits differ than copies' do
  const auto alike = torch::tensor({{1.F, 0.F}, {0.F, 1.F}, {0.96F, 0.28F}});
  EXPECT_EQ(found(all, alike), (Pairs{{0, 2}}));
  const auto features_alone = torch::tensor({{1.F, 0.F}, {1.F, 0.F}, {0.F, 1.F}});  // the pictures say no
  EXPECT_EQ(found(all, features_alone), Pairs());
}

TEST(NearDuplicates, DoNotDependOnThreadsAndAreFoundAmongMany) {
  std::vector<cv::Mat> pictures;
  for (uint64_t i = 0; i < 600; ++i) pictures.push_back(scene(i + 1));
  pictures[580] = scene(8) * 0.9 + 5;
  pictures[300] = scene(21) * 0.9 + 5;
  const auto all = hashes_of(pictures);
  EXPECT_EQ(found(all, {}, 1), (Pairs{{20, 300}, {7, 580}}));
  EXPECT_EQ(found(all, {}, 3), (Pairs{{20, 300}, {7, 580}}));
}

}  // namespace
}  // namespace pawprint
