#include "app/training/features.h"

#include <gtest/gtest.h>

#include <fstream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "app/training/examine_photos.h"
#include "tests/support/tiny_network.h"

namespace pawprint {
namespace {

using testing::TemporaryFolder;
using Paths = std::vector<std::filesystem::path>;

std::filesystem::path save_photo(const TemporaryFolder& folder, const std::string& name, int seed) {
  cv::Mat image(50, 60, CV_8UC3);
  cv::RNG(static_cast<uint64_t>(seed) + 1).fill(image, cv::RNG::UNIFORM, 0, 256);
  std::filesystem::create_directories((folder / name).parent_path());
  cv::imwrite((folder / name).native(), image);
  return folder / name;
}

struct Extract : ::testing::Test {
  TemporaryFolder folder;
  Backbone backbone = Backbone::load(testing::save_tiny_backbone(folder / "net.pt"));
  Paths paths;
  PhotoOptions options;
  CacheOptions cache_options{folder / "cache", true, 100'000'000};

  void SetUp() override {
    for (int i = 0; i < 40; ++i) paths.push_back(save_photo(folder, "photos/" + std::to_string(i) + ".png", i));
    options.threads = 2;
  }
  FeatureSet extract(FeatureCache* cache, const Paths& of) {
    return extract_features(of, backbone, options, cache, {});
  }
  FeatureSet extract_cached(const Paths& of) {
    FeatureCache cache(cache_options, feature_kind(backbone, options));
    EXPECT_EQ(cache.problem(), "");
    return extract(&cache, of);
  }
  Paths record_files(const std::string& prefix) const {
    Paths files;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "cache/features")) {
      if (entry.path().filename().native().starts_with(prefix)) files.push_back(entry.path());
    }
    return files;
  }
};

TEST_F(Extract, UnreadablePhotosAreLeftOutAndTheOthersKeepTheirOrder) {
  const FeatureSet all = extract(nullptr, paths);
  Paths some = paths;
  some[0] = folder.write("photos/text.jpg", "no picture");
  some[17] = folder / "photos/missing.jpg";
  some[39] = folder.write("photos/empty.jpg", "");
  const FeatureSet set = extract(nullptr, some);
  ASSERT_EQ(set.rows.size(), 37u);
  ASSERT_EQ(set.skipped.size(), 3u);
  EXPECT_EQ(set.skipped[1].path, some[17]);
  EXPECT_EQ(set.skipped[1].reason, "no such file");
  for (int64_t r = 0; r < 37; ++r) {
    EXPECT_TRUE(at::equal(set.features[r], all.features[set.rows[r]])) << r;
    EXPECT_EQ(set.content[r], all.content[set.rows[r]]);
  }
}

TEST_F(Extract, ThreadsAndBatchesChangeNoBit) {
  const FeatureSet two = extract(nullptr, paths);
  options.threads = 1;
  options.batch = 7;
  EXPECT_TRUE(at::equal(extract(nullptr, paths).features, two.features));
}

TEST_F(Extract, TheMirrorViewIsThatOfTheMirroredPhoto) {
  cv::Mat image = cv::imread(paths[3].native()), mirrored;
  cv::flip(image, mirrored, 1);
  cv::imwrite((folder / "mirrored.png").native(), mirrored);
  const FeatureSet set = extract(nullptr, {paths[3], folder / "mirrored.png"});
  EXPECT_TRUE(at::equal(set.features[0][1], set.features[1][0]));
  EXPECT_TRUE(at::equal(set.features[0][0], set.features[1][1]));
}

TEST_F(Extract, ASecondRunComputesNothingAndGetsTheSameBits) {
  const FeatureSet plain = extract(nullptr, paths);
  const FeatureSet first = extract_cached(paths), second = extract_cached(paths);
  EXPECT_EQ(first.computed, 40);
  EXPECT_EQ(second.computed, 0);
  EXPECT_TRUE(at::equal(first.features, plain.features));
  EXPECT_TRUE(at::equal(second.features, plain.features));
  EXPECT_EQ(second.content, plain.content);
}

TEST_F(Extract, WhatCountsIsTheContentOfAFile) {
  extract_cached(paths);
  std::filesystem::copy_file(paths[5], folder / "copy.png");
  save_photo(folder, "photos/6.png", 106);  // another picture under an old name
  const FeatureSet set = extract_cached({folder / "copy.png", paths[6]});
  EXPECT_EQ(set.computed, 1);
  EXPECT_TRUE(at::equal(set.features, extract(nullptr, {paths[5], paths[6]}).features));
}

TEST_F(Extract, WithoutMirrorTheSameFeaturesServe) {
  extract_cached(paths);
  options.mirror = false;
  EXPECT_EQ(extract_cached(paths).computed, 0);
}

TEST_F(Extract, AnotherBackboneSizeOrRecipeSharesNothing) {
  extract_cached(paths);
  const auto computed = [&](const Backbone& other) {
    FeatureCache cache(cache_options, feature_kind(other, options));
    return extract_features(paths, other, options, &cache, {}).computed;
  };
  const auto& spec = backbone.preprocess();
  EXPECT_EQ(computed(Backbone::load(testing::save_tiny_backbone(folder / "other.pt", 2))), 40);
  EXPECT_EQ(computed(backbone.with_preprocess(spec.with_crop(36))), 40);
  EXPECT_EQ(computed(backbone.with_preprocess(spec.with_fit(Fit::kWhole))), 40);
  EXPECT_EQ(computed(backbone.with_config({true, false, false})), 40);
  EXPECT_EQ(computed(backbone), 0);
}

TEST_F(Extract, DamagedRecordsAreComputedAgain) {
  const FeatureSet plain = extract_cached(paths);
  for (const auto& file : record_files("features")) {
    std::string bytes = testing::read_all(file);
    for (size_t at = bytes.size() / 2; at < bytes.size(); at += 97) bytes[at] ^= 4;
    std::ofstream(file, std::ios::binary) << bytes;
  }
  const FeatureSet set = extract_cached(paths);
  EXPECT_GT(set.computed, 0);
  EXPECT_LT(set.computed, 40);
  EXPECT_TRUE(at::equal(set.features, plain.features));
  EXPECT_EQ(extract_cached(paths).computed, 0);
}

TEST_F(Extract, ACacheThatCannotBeKeptFailsNothing) {
  folder.write("occupied", "a file");
  cache_options.folder = folder / "occupied";
  FeatureCache cache(cache_options, feature_kind(backbone, options));
  EXPECT_EQ(extract(&cache, paths).rows.size(), 40u);
  EXPECT_NE(cache.problem().find("occupied"), std::string::npos) << cache.problem();
}

TEST_F(Extract, AVisitorIsShownEveryReadablePhotoAsItIsAndChangesNoBit) {
  cv::Mat large(400, 480, CV_8UC3);  // decoded smaller for the network, which wants 3 times its size
  cv::RNG(1).fill(large, cv::RNG::UNIFORM, 0, 256);
  paths[3] = folder / "photos/large.jpg";
  cv::imwrite(paths[3].native(), large);
  paths[7] = folder.write("photos/text.jpg", "no picture");
  const Backbone scaled = backbone.with_config({false, false, true});
  const auto extract_visited = [&](FeatureCache* cache, const VisitPhoto& visit) {
    return extract_features(paths, scaled, options, cache, {}, visit);
  };
  const FeatureSet plain = extract_visited(nullptr, {});
  FeatureCache cache(cache_options, feature_kind(scaled, options));
  for (const int64_t computed : {39, 0}) {  // shown even where the features are known
    std::vector<cv::Size> seen(paths.size());
    std::vector<Sha256> contents(paths.size());
    const auto visit = [&](int64_t i, std::string_view bytes, const Sha256& content, const cv::Mat& rgb) {
      EXPECT_EQ(sha256(bytes), content);
      EXPECT_EQ(seen[i], cv::Size()) << "a second time";
      seen[i] = rgb.size();
      contents[i] = content;
    };
    const FeatureSet set = extract_visited(&cache, visit);
    EXPECT_EQ(set.computed, computed);
    EXPECT_TRUE(at::equal(set.features, plain.features));
    EXPECT_EQ(set.skipped.size(), 1u);
    for (size_t r = 0; r < set.rows.size(); ++r) EXPECT_EQ(contents[set.rows[r]], set.content[r]);
    for (size_t i = 0; i < paths.size(); ++i)
      EXPECT_EQ(seen[i], i == 3 ? cv::Size(480, 400) : i == 7 ? cv::Size() : cv::Size(60, 50)) << i;
  }
}

TEST_F(Extract, UnchangedFilesAreKnownByTheirStamp) {
  FeatureCache cache(cache_options, feature_kind(backbone, options));
  const Sha256 content = sha256("content");
  const auto stamp = file_stamp(paths[0]);
  ASSERT_TRUE(stamp.has_value());
  EXPECT_EQ(cache.content(*stamp), std::nullopt);
  cache.remember(*stamp, content);
  EXPECT_EQ(cache.content(*stamp), content);
  auto changed = *stamp;
  changed.modified_ns += 1;
  EXPECT_EQ(cache.content(changed), std::nullopt);
}

TEST_F(Extract, OldFilesAreNotEvenOpenedTheSecondTime) {
  PAWPRINT_NEEDS_SHARED();
  Paths old;
  for (const auto& entry : std::filesystem::directory_iterator(testing::shared_folder() / "pets" / "cats"))
    if (old.size() < 20) old.push_back(entry.path());
  ASSERT_EQ(old.size(), 20u);
  extract_cached(old);
  FeatureCache cache(cache_options, feature_kind(backbone, options));
  for (const auto& path : old) EXPECT_TRUE(cache.content(*file_stamp(path)).has_value()) << path;
}

TEST_F(Extract, OfSeveralNetworksLieSideBySide) {
  const Backbone other = Backbone::load(testing::save_tiny_backbone(folder / "other.pt", 2));
  const Backbone whole = other.with_preprocess(other.preprocess().with_fit(Fit::kWhole));
  Paths some = {paths[0], folder / "photos/missing.jpg", paths[1]};
  const auto batch = batch_features(some, {backbone, whole}, options);
  EXPECT_TRUE(batch.errors[0].empty() && !batch.errors[1].empty() && batch.errors[2].empty());
  const FeatureSet first = extract(nullptr, some);
  EXPECT_TRUE(at::equal(batch.features.narrow(2, 0, 5), first.features));
  EXPECT_TRUE(at::equal(batch.features.narrow(2, 5, 5), extract_features(some, whole, options, nullptr, {}).features));
}

TEST_F(Extract, OnlyPhotosOfAllSetsAreKept) {
  const auto all = extract(nullptr, {paths[0], paths[1], paths[2], paths[3]});
  std::vector<FeatureSet> sets = {all, extract(nullptr, {paths[0], folder / "gone.png", paths[2], paths[3]}),
                                  extract(nullptr, {folder / "gone.png", paths[1], paths[2], paths[3]})};
  sets[2].features = at::Tensor();  // what is known of photos without features
  keep_common(sets);
  for (const auto& set : sets) {
    EXPECT_EQ(set.rows, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(set.content, (std::vector<Sha256>{all.content[2], all.content[3]}));
  }
  EXPECT_TRUE(at::equal(sets[0].features, all.features.narrow(0, 2, 2)));
  EXPECT_TRUE(at::equal(sets[1].features, all.features.narrow(0, 2, 2)));
}

TEST_F(Extract, TraitsWithoutFeaturesAreTheSame) {
  Paths some = paths;
  some[3] = folder / "photos/missing.jpg";
  const FeatureSet with = extract(nullptr, some);
  FeatureCache cache(cache_options, feature_kind(backbone, options));
  for (int pass = 0; pass < 2; ++pass) {  // the second time from the cache
    const FeatureSet without = examine_photos(some, decoding_for(backbone, options.decode), 2, &cache, {});
    EXPECT_EQ(without.rows, with.rows);
    EXPECT_EQ(without.content, with.content);
    EXPECT_EQ(without.skipped.size(), 1U);
    for (size_t i = 0; i < with.traits.size(); ++i) EXPECT_EQ(without.traits[i].hash.bits, with.traits[i].hash.bits);
  }
}

}  // namespace
}  // namespace pawprint
