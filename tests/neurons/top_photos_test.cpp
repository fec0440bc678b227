#include "app/neurons/top_photos.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace pawprint {
namespace {

TopPhotos of_one_channel(const std::vector<float>& activations, int64_t max) {
  TopPhotos photos(1, max);
  for (size_t i = 0; i < activations.size(); ++i) {
    const auto place = static_cast<int64_t>(100 + i);
    const float mean = 0;
    photos.add(static_cast<int64_t>(i), &activations[i], &mean, &place);
  }
  return photos;
}

std::vector<int64_t> numbers(const TopPhotos& photos, int64_t channel) {
  std::vector<int64_t> out;
  for (const auto& excited : photos.of(channel)) out.push_back(excited.photo);
  return out;
}

TEST(TopPhotos, KeepsTheStrongestInOrder) {
  const auto photos = of_one_channel({1, 5, 3, 4, 2}, 3);
  EXPECT_EQ(numbers(photos, 0), (std::vector<int64_t>{1, 3, 2}));
  EXPECT_EQ(photos.of(0)[0].place, 101);
  EXPECT_EQ(photos.of(0)[2].activation, 3);
}

TEST(TopPhotos, OfEqualsThatWithTheHigherMeanIsKept) {
  TopPhotos photos(1, 2);
  const float bound = 6;
  const int64_t place = 0;
  const std::vector<float> means = {1, 3, 2, 4};
  for (int64_t i = 0; i < 4; ++i) photos.add(i, &bound, &means[i], &place);
  EXPECT_EQ(numbers(photos, 0), (std::vector<int64_t>{3, 1}));
}

TEST(TopPhotos, OfEqualsInBothTheEarlierIsKept) {
  EXPECT_EQ(numbers(of_one_channel({2, 2, 2, 2}, 2), 0), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(numbers(of_one_channel({2, 3, 2, 3}, 3), 0), (std::vector<int64_t>{1, 3, 0}));
}

TEST(TopPhotos, WhatIsNotAboveZeroExcitesNothing) {
  EXPECT_EQ(numbers(of_one_channel({0, -1, 0.5F, NAN}, 3), 0), (std::vector<int64_t>{2}));
}

TEST(TopPhotos, SelectivityCountsStandardDeviations) {
  // mean 2, standard deviation sqrt((4 + 0 + 0 + 4) / 4) = sqrt 2; the weakest of the two strongest has 2
  EXPECT_NEAR(of_one_channel({4, 2, 2, 0}, 1).selectivity(0), 2 / std::sqrt(2.), 1e-9);
  EXPECT_NEAR(of_one_channel({4, 2, 2, 0}, 2).selectivity(0), 0, 1e-9);
  EXPECT_EQ(of_one_channel({3, 3, 3}, 1).selectivity(0), 0);
  EXPECT_EQ(of_one_channel({3, 0}, 2).selectivity(0), 0);  // only one is above zero
}

TEST(DrawChannels, TakesSilentOnesNever) {
  TopPhotos photos(100, 2);
  std::vector<float> activation(100);
  const std::vector<int64_t> place(100);
  for (size_t c = 0; c < 100; c += 2) activation[c] = 1;
  photos.add(0, activation.data(), activation.data(), place.data());
  const auto some = draw_channels(photos, 12, 1);
  EXPECT_EQ(std::set(some.begin(), some.end()).size(), 12);
  EXPECT_TRUE(std::is_sorted(some.begin(), some.end()));
  for (const int64_t c : some) EXPECT_EQ(c % 2, 0);
  EXPECT_EQ(draw_channels(photos, 12, 1), some);
  EXPECT_NE(draw_channels(photos, 12, 2), some);
  EXPECT_EQ(draw_channels(photos, 80, 1).size(), 50);
}

}  // namespace
}  // namespace pawprint
