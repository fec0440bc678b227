#include "models/familiarity.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "models/base/error.h"

namespace pawprint {
namespace {

// Photos of which all put 0.65 on class 1 and 0.3 on class 3 of five.
at::Tensor alike(int64_t photos) { return torch::tensor({0.02f, 0.65f, 0.01f, 0.3f, 0.02f}).repeat({photos, 1}); }

TEST(Familiarity, TakesTheFewestClassesThatCarryNineTenths) {
  EXPECT_EQ(fit_familiarity(alike(20)).classes, (std::vector<int64_t>{1, 3}));
  auto spread = torch::full({20, 5}, 0.2f);
  EXPECT_EQ(fit_familiarity(spread).classes.size(), 5u);
}

TEST(Familiarity, ScoreIsTheMassOnTheseClasses) {
  const Familiarity familiarity{{1, 3}, 0};
  EXPECT_NEAR(familiarity_scores(familiarity, alike(1)).item<float>(), 0.95, 1e-6);
  EXPECT_NEAR(familiarity_scores(familiarity, torch::tensor({{0.f, 0.f, 1.f, 0.f, 0.f}})).item<float>(), 0, 1e-6);
}

TEST(Familiarity, ThreePercentOfPhotosOfTheKindStayBelowTheThreshold) {
  auto photos = alike(100);
  for (const int64_t odd : {7, 50, 93}) photos[odd] = torch::tensor({0.8f, 0.1f, 0.f, 0.1f, 0.f});
  const auto familiarity = fit_familiarity(photos);
  const auto below = familiarity_scores(familiarity, photos) < familiarity.threshold - 1e-6;
  EXPECT_EQ(below.sum().item<int64_t>(), 3);
}

TEST(Familiarity, PhotosAreScoredByTheClassesOfOthers) {
  auto photos = alike(10);
  for (const int64_t odd : {4, 9}) photos[odd] = torch::tensor({0.f, 0.f, 1.f, 0.f, 0.f});  // of the same fifth
  const auto familiarity = fit_familiarity(photos);
  EXPECT_EQ(familiarity.classes, (std::vector<int64_t>{1, 2, 3}));
  EXPECT_NEAR(familiarity.threshold, 0, 1e-6);
}

TEST(Familiarity, NeedsPhotos) { EXPECT_THROW(fit_familiarity(alike(9)), Error); }

}  // namespace
}  // namespace pawprint
