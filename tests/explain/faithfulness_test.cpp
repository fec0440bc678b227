#include "app/explain/faithfulness.h"

#include <torch/script.h>

#include <numeric>

#include "tests/support/staged_network.h"

namespace pawprint {
namespace {

// Class 0 is red, class 1 blue.
Classifier red_or_blue() {
  return testing::staged_classifier(Head{{{torch::tensor({{20.f, 0.f}, {0.f, 20.f}}), torch::tensor({0.f, 20.f})}}});
}

// A red spot in the network's crop of 32 x 32, which covers 4 of its 64 places; the rest is black.
cv::Mat red_spot() {
  cv::Mat crop(32, 32, CV_8UC3, cv::Scalar::all(0));
  crop(cv::Rect(16, 8, 8, 8)).setTo(cv::Scalar(255, 0, 0));
  return crop;
}

HeatMap map_of(const Classifier& classifier, const cv::Mat& crop, int64_t class_index) {
  return heat_map(classifier, view_photos(classifier, {{{crop}, crop.size()}}).front(), class_index);
}

TEST(HottestFirst, IsDescendingAndStable) {
  HeatMap map;
  map.saliency = (cv::Mat_<float>(2, 3) << 1, 5, 1, -2, 5, 3);
  EXPECT_EQ(most_salient_first(map), (std::vector<int64_t>{1, 4, 5, 0, 2, 3}));
}

TEST(DeletionInsertionCurves, CoveringWhatIsSalientTellsAndUncoveringItToo) {
  const auto classifier = red_or_blue();
  const auto map = map_of(classifier, red_spot(), 0);
  const auto curves = deletion_insertion_curves(classifier, {{red_spot()}, red_spot().size()}, map, 1);
  ASSERT_EQ(curves.share.size(), size_t{kDeletionSteps + 1});
  EXPECT_EQ(curves.share.front(), 0);
  EXPECT_DOUBLE_EQ(curves.share[1], 6. / 64);  // round(6.4)
  EXPECT_EQ(curves.share.back(), 1);
  EXPECT_EQ(curves.deletion.front(), map.probability);
  EXPECT_NEAR(curves.insertion.back(), map.probability, 1e-6);
  EXPECT_EQ(curves.deletion.back(), curves.insertion.front());
  EXPECT_EQ(curves.deletion.back(), curves.random.back());
  EXPECT_GT(curves.salient_drop(), 2 * curves.random_drop());
  EXPECT_LT(curves.deletion_area(), curves.random_area());
  EXPECT_GT(curves.insertion_area(), curves.random_area());
}

TEST(DeletionInsertionCurves, AMapThatLiesIsFoundOut) {
  const auto classifier = red_or_blue();
  auto map = map_of(classifier, red_spot(), 0);
  map.saliency = -map.saliency;
  const auto curves = deletion_insertion_curves(classifier, {{red_spot()}, red_spot().size()}, map, 1);
  EXPECT_GT(curves.deletion_area(), curves.random_area());
  EXPECT_LT(curves.salient_drop(), 0.01);
}

TEST(DeletionInsertionCurves, RandomCellsComeFromTheSeed) {
  const auto classifier = red_or_blue();
  const auto map = map_of(classifier, red_spot(), 0);
  const auto first = deletion_insertion_curves(classifier, {{red_spot()}, red_spot().size()}, map, 1);
  EXPECT_EQ(deletion_insertion_curves(classifier, {{red_spot()}, red_spot().size()}, map, 1).random, first.random);
  EXPECT_NE(deletion_insertion_curves(classifier, {{red_spot()}, red_spot().size()}, map, 2).random, first.random);
  EXPECT_EQ(deletion_insertion_curves(classifier, {{red_spot()}, red_spot().size()}, map, 2).deletion, first.deletion);
}

TEST(DeletionInsertionCurves, MapsOfFewPlacesAreTaken) {
  const auto classifier = red_or_blue();
  for (const int side : {1, 2}) {
    HeatMap map;
    map.saliency = cv::Mat(side, side, CV_32F, cv::Scalar(1));
    map.probability = 0.5;
    const auto curves = deletion_insertion_curves(classifier, {{red_spot()}, red_spot().size()}, map, 1);
    EXPECT_EQ(curves.share.back(), 1);
    EXPECT_EQ(curves.share[1], 1. / (side * side));  // one place at the least
  }
}

TEST(DeletionInsertionCurves, AreaIsTheMeanHeight) {
  EXPECT_DOUBLE_EQ(DeletionInsertionCurves::area({0, 0.5, 1}, {1, 0.5, 0.5}), 0.375 + 0.25);
}

TEST(Summarize, GivesMeansAndTheirIntervals) {
  const std::vector<double> share = {0, 0.5, 1};
  const DeletionInsertionCurves a{share, {1, 0.2, 0}, {0, 0.8, 1}, {1, 0.6, 0}},
      b{share, {0.8, 0.4, 0}, {0, 0.6, 0.8}, {0.8, 0.8, 0}};
  const auto summary = summarize({a, b});
  EXPECT_EQ(summary.photos, 2);
  EXPECT_NEAR(summary.deletion.mean[1], 0.3, 1e-12);
  EXPECT_NEAR(summary.deletion.margin[1], 1.96 * 0.1, 1e-12);  // standard deviation 0.1 sqrt(2), over sqrt(2)
  EXPECT_NEAR(summary.salient_drop, 0.6, 1e-12);
  EXPECT_NEAR(summary.random_drop, 0.2, 1e-12);
  EXPECT_NEAR(summary.random_area, (0.9 + 0.7) / 4 + 0.7 / 4, 1e-12);
  EXPECT_NEAR(summary.deletion_half, 0.5 * 0.45 / 0.6, 1e-12);  // from 0.9 to 0: 0.45 is between 0.9 and 0.3
  EXPECT_NEAR(summary.random_half, 0.5 + 0.5 * 0.25 / 0.7, 1e-12);
  EXPECT_EQ(summarize({a}).deletion.margin[1], 0);
  EXPECT_EQ(summarize({}).photos, 0);
}

TEST(DeletionInsertionCurves, CoverThePhotoForAllNetworksAlike) {
  // Two networks that see the same answer as one: the halves of the head's weights.
  const auto one = red_or_blue();
  Classifier two = one;
  const auto half = one.head.layers.front().weight / 2;
  two.head.layers.front().weight = at::cat({half, half}, 1);
  two.backbones.push_back(two.backbones.front());
  two.feature_mean = at::zeros({4});
  const FittedPhoto photo{{red_spot(), red_spot()}, red_spot().size()};
  const auto map = heat_map(two, view_photos(two, {photo}).front(), 0);
  const auto of_two = deletion_insertion_curves(two, photo, map, 1);
  const auto of_one = deletion_insertion_curves(one, {{red_spot()}, red_spot().size()}, map_of(one, red_spot(), 0), 1);
  for (size_t k = 0; k < of_one.deletion.size(); ++k) {
    EXPECT_NEAR(of_two.deletion[k], of_one.deletion[k], 1e-5) << k;
    EXPECT_NEAR(of_two.insertion[k], of_one.insertion[k], 1e-5) << k;
  }
}

}  // namespace
}  // namespace pawprint
