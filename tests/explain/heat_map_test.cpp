#include "app/explain/heat_map.h"

#include <torch/script.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "models/base/error.h"
#include "tests/support/staged_network.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::staged_classifier;

double mean_of(const cv::Mat& map) { return cv::mean(map)[0]; }

// A last map [2,2,2] that anyone can follow: channel 0 is strong at the top left, channel 1 at the bottom right.
PhotoView small_view(std::vector<double> probabilities) {
  return {{torch::tensor({{{4.f, 0.f}, {0.f, 0.f}}, {{0.f, 0.f}, {0.f, 8.f}}})}, std::move(probabilities), {64, 64}};
}

TEST(HeatMap, OfALinearHeadIsTheClassActivationMapAndItsMeanTheLogOdds) {
  // Logits: cats 1 x0 - 0.5, dogs 1 x1 + 0.5. Of dogs against cats each place says x1 - x0 + 1.
  const auto classifier =
      staged_classifier(Head{{{torch::tensor({{1.f, 0.f}, {0.f, 1.f}}), torch::tensor({-.5f, .5f})}}});
  const HeatMap dogs = heat_map(classifier, small_view({0.1, 0.9}), 1);
  EXPECT_EQ(dogs.saliency.size(), cv::Size(2, 2));
  EXPECT_FLOAT_EQ(dogs.saliency.at<float>(0, 0), 0 - 4 + 1);
  EXPECT_FLOAT_EQ(dogs.saliency.at<float>(0, 1), 1);
  EXPECT_FLOAT_EQ(dogs.saliency.at<float>(1, 0), 1);
  EXPECT_FLOAT_EQ(dogs.saliency.at<float>(1, 1), 8 - 0 + 1);
  EXPECT_DOUBLE_EQ(dogs.log_odds, 2);  // features: means 1 and 2; logits 0.5 and 2.5
  EXPECT_NEAR(mean_of(dogs.saliency), 2, 1e-6);
  EXPECT_EQ(dogs.probability, 0.9);  // as it was given, not computed again
}

TEST(HeatMap, OfTwoClassesAreEachOthersNegative) {
  const auto classifier =
      staged_classifier(Head{{{torch::tensor({{1.f, -2.f}, {.5f, 3.f}}), torch::tensor({.25f, -1.f})}}}, 1.5);
  const HeatMap cats = heat_map(classifier, small_view({0.5, 0.5}), 0),
                dogs = heat_map(classifier, small_view({0.5, 0.5}), 1);
  EXPECT_NEAR(cats.log_odds, -dogs.log_odds, 1e-12);
  EXPECT_LT(cv::norm(cats.saliency, -dogs.saliency, cv::NORM_INF), 1e-5);
}

TEST(HeatMap, CountsTheTemperature) {
  const Head head{{{torch::tensor({{1.f, -2.f}, {.5f, 3.f}}), torch::tensor({.25f, -1.f})}}};
  const HeatMap plain = heat_map(staged_classifier(head), small_view({0, 0}), 0);
  const HeatMap cool = heat_map(staged_classifier(head, 4), small_view({0, 0}), 0);
  EXPECT_LT(cv::norm(plain.saliency, 4 * cool.saliency, cv::NORM_INF), 1e-5);
}

TEST(HeatMap, OfSeveralClassesWeighsTheOthersByTheirProbabilities) {
  // Logits 0, 2 and 2 + ln 3 at the mean of the map: of the others of class 0, class 2 is three times as probable.
  const float ln3 = std::log(3.f);
  const auto classifier = staged_classifier(
      Head{{{torch::tensor({{0.f, 0.f}, {0.f, 1.f}, {1.f, 0.f}}), torch::tensor({0.f, 0.f, 1 + ln3})}}});
  const HeatMap map = heat_map(classifier, small_view({0.1, 0.2, 0.7}), 0);
  EXPECT_NEAR(map.log_odds, -std::log(std::exp(2.) + 3 * std::exp(2.)), 1e-5);
  EXPECT_NEAR(mean_of(map.saliency), map.log_odds, 1e-5);
  const auto place = [&](int y, int x) { return map.saliency.at<float>(y, x); };
  EXPECT_NEAR(place(0, 0) - place(0, 1), -0.75 * 4, 1e-5);  // channel 0 speaks for class 2
  EXPECT_NEAR(place(1, 1) - place(0, 1), -0.25 * 8, 1e-5);  // channel 1 speaks for class 1
}

TEST(HeatMap, OfTwoOfManyClassesIsWhatTellsThemApart) {
  // Logits at the mean of the map: 0, 2 and 9. Class 2 is so probable that it is all that "all others" are.
  const auto classifier =
      staged_classifier(Head{{{torch::tensor({{0.f, 0.f}, {0.f, 1.f}, {1.f, 0.f}}), torch::tensor({0.f, 0.f, 8.f})}}});
  const PhotoView view = small_view({0.01, 0.09, 0.9});
  const HeatMap map = heat_map(classifier, view, 1, 0);
  EXPECT_EQ(map.against, 0);
  EXPECT_NEAR(map.log_odds, 2, 1e-6);
  EXPECT_NEAR(mean_of(map.saliency), 2, 1e-6);
  EXPECT_FLOAT_EQ(map.saliency.at<float>(1, 1), 8);
  EXPECT_FLOAT_EQ(map.saliency.at<float>(0, 0), 0);  // what speaks for class 2 only speaks for neither
  EXPECT_LT(heat_map(classifier, view, 1).log_odds, -6);
  EXPECT_LT(cv::norm(map.saliency, -heat_map(classifier, view, 0, 1).saliency, cv::NORM_INF), 1e-5);
}

TEST(HeatMap, OfAPerceptronAgainstOneClassHasTheMeanOfTheirLogOdds) {
  torch::manual_seed(3);
  const Head head{{{at::randn({6, 2}), at::randn({6})}, {at::randn({4, 6}), at::randn({4})}}};
  const PhotoView view = small_view({0.1, 0.2, 0.3, 0.4});
  const auto features = view.last_maps.front().mean({1, 2});
  const auto hidden = at::addmv(head.layers[0].bias, head.layers[0].weight, features).relu();
  const auto logits = at::addmv(head.layers[1].bias, head.layers[1].weight, hidden);
  const HeatMap map = heat_map(staged_classifier(head, 2), view, 3, 1);
  EXPECT_NEAR(map.log_odds, (logits[3] - logits[1]).item<double>() / 2, 1e-5);
  EXPECT_NEAR(mean_of(map.saliency), map.log_odds, 1e-5);
}

TEST(StrongestOther, IsTheMostProbableClassButOne) {
  EXPECT_EQ(strongest_other({0.1, 0.6, 0.3}, 1), 2);
  EXPECT_EQ(strongest_other({0.1, 0.6, 0.3}, 0), 1);
  EXPECT_EQ(strongest_other({0.5, 0.5}, 0), 1);
  EXPECT_EQ(strongest_other({0.5, 0.25, 0.25}, 0), 1);
}

TEST(HeatMap, OfAPerceptronIsTheGradientTimesTheMap) {
  torch::manual_seed(3);
  const Head head{{{at::randn({6, 2}), at::randn({6})}, {at::randn({3, 6}), at::randn({3})}}};
  const auto classifier = staged_classifier(head, 2);
  const PhotoView view = small_view({0.2, 0.3, 0.5});
  for (const int64_t k : {0, 1, 2}) {
    auto x = view.last_maps.front().mean({1, 2}).clone().set_requires_grad(true);
    const auto hidden = at::addmv(head.layers[0].bias, head.layers[0].weight, x).relu();
    const auto p = at::addmv(head.layers[1].bias, head.layers[1].weight, hidden).div(2).softmax(0)[k];
    const auto log_odds = (p / (1 - p)).log();
    log_odds.backward();
    const auto expected = at::tensordot(x.grad(), view.last_maps.front(), {0}, {0});
    const HeatMap map = heat_map(classifier, view, k);
    EXPECT_NEAR(map.log_odds, log_odds.item<double>(), 1e-4);
    EXPECT_NEAR(mean_of(map.saliency), map.log_odds, 1e-5);
    for (int place = 1; place < 4; ++place)  // a constant apart
      EXPECT_NEAR(map.saliency.ptr<float>()[place] - map.saliency.ptr<float>()[0],
                  (expected.flatten()[place] - expected.flatten()[0]).item<double>(), 1e-4);
  }
}

TEST(HeatMap, FindsThePlaceThatSpeaksForTheClass) {
  // Feature 0 of the network is how red a place is, feature 1 how blue; a red spot on a blue photo.
  const auto classifier = staged_classifier(Head{{{torch::tensor({{1.f, 0.f}, {0.f, 1.f}}), torch::zeros({2})}}});
  cv::Mat photo(64, 64, CV_8UC3, cv::Scalar(0, 0, 255));
  photo(cv::Rect(40, 8, 12, 12)).setTo(cv::Scalar(255, 0, 0));
  const auto maps = heat_maps(classifier, {photo, photo}, {0, -1});
  const HeatMap &red = maps[0], &best = maps[1];
  EXPECT_EQ(best.class_index, 1);
  cv::Point most_salient;
  cv::minMaxLoc(red.saliency, nullptr, nullptr, nullptr, &most_salient);
  EXPECT_EQ(red.saliency.size(), cv::Size(8, 8));  // 32 pixels of crop, stride 4
  EXPECT_EQ(most_salient, cv::Point(6, 1));        // the spot: x 21 to 28 and y 1 to 8 of the crop
  EXPECT_EQ(red.preprocess, classifier.backbones.front().preprocess());
  EXPECT_NEAR(red.probability + best.probability, 1, 1e-6);
}

TEST(HeatMap, NeedsStages) {
  Classifier classifier = staged_classifier(Head{{{at::zeros({2, 5}), at::zeros({2})}}});
  classifier.backbones.front() = Backbone(testing::tiny_network(), testing::tiny_description(), "", Device::kCpu);
  const auto message =
      message_of<Error>([&] { heat_maps(classifier, {cv::Mat(40, 40, CV_8UC3, cv::Scalar(9, 9, 9))}, {-1}); });
  EXPECT_NE(
      message.find("backbone 'tiny': expected a network with the method stages(), got one without; export it with"),
      std::string::npos)
      << message;
}

TEST(HeatMap, FeaturesThatAreNotTheMeanOfTheLastMapAreRefused) {
  const auto classifier = staged_classifier(Head{{{at::zeros({2, 2}), at::zeros({2})}}}, 1, "torch.amax(h, [2, 3])");
  cv::Mat photo(64, 64, CV_8UC3, cv::Scalar(0, 0, 255));
  photo(cv::Rect(40, 8, 12, 12)).setTo(cv::Scalar(255, 0, 0));
  EXPECT_NE(message_of<Error>([&] { heat_maps(classifier, {photo}, {-1}); }).find("the mean of the last map"),
            std::string::npos);
}

// Its features may be little more than what is rounded.
TEST(HeatMap, APhotoOfOneColorIsNoReasonToDoubtTheNetwork) {
  const auto classifier =
      staged_classifier(Head{{{at::zeros({2, 2}), at::zeros({2})}}}, 1, "torch.mean(h, [2, 3]) + 0.002");
  const cv::Mat average(64, 64, CV_8UC3, cv::Scalar(124, 116, 104));  // below the mean: zero behind the ReLU
  EXPECT_EQ(heat_maps(classifier, {average}, {-1}).size(), 1);
}

HeatMap map_of(std::initializer_list<float> values, Fit fit = Fit::kSquash) {
  HeatMap map;
  map.saliency = cv::Mat(std::vector<float>(values), true).reshape(1, 2);
  map.preprocess.resize_px = 280;
  map.preprocess = map.preprocess.with_fit(fit);
  return map;
}

TEST(HeatOverlay, LiesWhereTheNetworkLooked) {
  const cv::Mat photo(60, 100, CV_8UC3, cv::Scalar::all(200));  // seen: 48 x 48 in the middle, from (26, 6)
  const cv::Mat out = heat_overlay(photo, map_of({9, 0, 0, -9}, Fit::kCrop));
  EXPECT_EQ(out.size(), photo.size());
  const auto at = [&](int x, int y) { return out.at<cv::Vec3b>(y, x); };
  EXPECT_EQ(at(25, 30), cv::Vec3b::all(70));  // outside: dark gray
  EXPECT_EQ(at(74, 30), cv::Vec3b::all(70));
  EXPECT_EQ(at(50, 5), cv::Vec3b::all(70));
  EXPECT_GT(at(28, 8)[0], at(28, 8)[2] + 100);    // top left: for, orange
  EXPECT_GT(at(71, 51)[2], at(71, 51)[0] + 100);  // bottom right: against, blue
}

TEST(HeatOverlay, WeakEvidenceStaysPale) {
  EXPECT_EQ(full_saliency(map_of({.1f, 0, 0, -.2f})), 1);
  EXPECT_EQ(full_saliency(map_of({3, 0, 0, -7})), 7);
  const cv::Mat photo(40, 40, CV_8UC3, cv::Scalar::all(200));
  const auto pixel = heat_overlay(photo, map_of({.02f, .02f, .02f, .02f})).at<cv::Vec3b>(20, 20);
  EXPECT_LT(pixel[0] - pixel[2], 20);
}

TEST(HeatOverlay, PhotosOfOnePixelsWidthAreTaken) {
  const cv::Mat thin(100, 1, CV_8UC3, cv::Scalar::all(200));
  EXPECT_EQ(heat_overlay(thin, map_of({1, 2, 3, 4}, Fit::kCrop)).size(), thin.size());
}

TEST(HeatMap, OfSeveralNetworksAddsUpTheirMapsAndSaysTheirShares) {
  // The second network sees the whole photo, the first its center square.
  Classifier classifier = staged_classifier(
      Head{{{torch::tensor({{1.f, 0.f, 0.f, 2.f}, {0.f, 1.f, 3.f, 0.f}}), torch::tensor({0.f, 1.f})}}});
  const auto& spec = classifier.backbones.front().preprocess();
  classifier.backbones.push_back(classifier.backbones.front().with_preprocess(spec.with_fit(Fit::kWhole)));
  classifier.feature_mean = torch::tensor({.5f, 1.f, -1.f, 2.f});
  cv::Mat photo(64, 128, CV_8UC3, cv::Scalar(20, 0, 90));
  photo(cv::Rect(0, 0, 20, 20)).setTo(cv::Scalar(255, 0, 0));  // red, where the first network does not look
  photo(cv::Rect(60, 30, 16, 16)).setTo(cv::Scalar(0, 0, 255));
  const HeatMap map = heat_maps(classifier, {photo}, {1}).front();
  EXPECT_EQ(map.preprocess.fit, Fit::kWhole);
  EXPECT_EQ(map.saliency.size(), cv::Size(16, 8));
  EXPECT_NEAR(mean_of(map.saliency), map.log_odds, 1e-5);
  ASSERT_EQ(map.shares.size(), 2U);
  const double average = (1 - .5) + (3 * -1 - 2 * 2) + 1;  // log-odds of the mean features: <w, mean> + b
  EXPECT_NEAR(map.shares[0].log_odds + map.shares[1].log_odds + average, map.log_odds, 1e-5);
  cv::Point most_salient;
  cv::minMaxLoc(map.saliency, nullptr, nullptr, nullptr, &most_salient);
  EXPECT_EQ(most_salient, cv::Point(0, 0));  // class 1 is held up by the second network's red
  EXPECT_NEAR(map.probability, 1 / (1 + std::exp(-map.log_odds)), 1e-6);
}

}  // namespace
}  // namespace pawprint
