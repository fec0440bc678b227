#include "models/ood_detector.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "models/base/error.h"

namespace pawprint {
namespace {

// Photos of which all put 0.65 on class 1 and 0.3 on class 3 of five.
at::Tensor alike(int64_t photos) { return torch::tensor({0.02f, 0.65f, 0.01f, 0.3f, 0.02f}).repeat({photos, 1}); }

TEST(OodDetector, TakesTheFewestClassesThatCarryFourFifths) {
  EXPECT_EQ(fit_ood_detector(alike(20)).classes, (std::vector<int64_t>{1, 3}));
  auto spread = torch::tensor({0.24f, 0.22f, 0.2f, 0.18f, 0.16f}).repeat({20, 1});
  EXPECT_EQ(fit_ood_detector(spread).classes, (std::vector<int64_t>{0, 1, 2, 3}));
}

TEST(OodDetector, ScoreIsTheMassOnTheseClasses) {
  const OodDetector detector{{1, 3}, 0};
  EXPECT_NEAR(ood_scores(detector, alike(1)).item<float>(), 0.95, 1e-6);
  EXPECT_NEAR(ood_scores(detector, torch::tensor({{0.f, 0.f, 1.f, 0.f, 0.f}})).item<float>(), 0, 1e-6);
}

TEST(OodDetector, ThreePercentOfPhotosOfTheKindStayBelowTheThreshold) {
  auto photos = alike(100);
  for (const int64_t odd : {7, 50, 93}) photos[odd] = torch::tensor({0.8f, 0.1f, 0.f, 0.1f, 0.f});
  const auto detector = fit_ood_detector(photos);
  const auto below = ood_scores(detector, photos) < detector.threshold - 1e-6;
  EXPECT_EQ(below.sum().item<int64_t>(), 3);
}

TEST(OodDetector, PhotosAreScoredByTheClassesOfOthers) {
  auto photos = alike(10);
  for (const int64_t odd : {4, 9}) photos[odd] = torch::tensor({0.f, 0.f, 1.f, 0.f, 0.f});  // of the same fifth
  const auto detector = fit_ood_detector(photos);
  EXPECT_EQ(detector.classes, (std::vector<int64_t>{1, 2, 3}));
  EXPECT_NEAR(detector.threshold, 0, 1e-6);
}

TEST(OodDetector, NeedsPhotos) { EXPECT_THROW(fit_ood_detector(alike(9)), Error); }

}  // namespace
}  // namespace pawprint
