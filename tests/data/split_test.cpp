#include "app/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace pawprint {
namespace {

// Photos 0..count-1 of different content; `label` says the class of each.
struct Items {
  std::vector<Sha256> keys;
  std::vector<int64_t> labels;
};

template <class Label>
Items items(int64_t count, Label label) {
  Items out;
  for (int64_t i = 0; i < count; ++i) {
    out.keys.push_back(sha256(std::to_string(i)));
    out.labels.push_back(label(i));
  }
  return out;
}

int64_t of_first_30(int64_t i) { return i < 30 ? 0 : 1; }

// Of each class, how many items have the value.
template <class T>
std::vector<int64_t> counts(const std::vector<T>& values, const T& value, const std::vector<int64_t>& labels,
                            int64_t classes) {
  std::vector<int64_t> out(static_cast<size_t>(classes));
  for (size_t i = 0; i < values.size(); ++i) out[labels[i]] += values[i] == value;
  return out;
}

using Counts = std::vector<int64_t>;

TEST(ValidationSplit, TakesTheShareOfEachClass) {
  const auto all = items(130, of_first_30);
  EXPECT_EQ(counts(validation_split(all.keys, all.labels, 0.2, 1), true, all.labels, 2), (Counts{6, 20}));
}

TEST(ValidationSplit, TakesAtLeastOneAndAtMostAllButOneOfAClass) {
  const auto all = items(13, [](int64_t i) { return i < 3 ? 0 : 1; });
  EXPECT_EQ(counts(validation_split(all.keys, all.labels, 0.01, 1), true, all.labels, 2), (Counts{1, 1}));
  EXPECT_EQ(counts(validation_split(all.keys, all.labels, 0.99, 1), true, all.labels, 2), (Counts{2, 9}));
}

TEST(ValidationSplit, SameContentIsNeverOnBothSides) {
  auto all = items(60, of_first_30);
  for (int64_t i = 0; i < 60; ++i) all.keys[i] = sha256(std::to_string(i / 3));  // each photo three times
  const auto validation = validation_split(all.keys, all.labels, 0.3, 1);
  for (int64_t i = 0; i < 60; ++i) EXPECT_EQ(validation[i], validation[i / 3 * 3]) << i;
  EXPECT_EQ(counts(validation, true, all.labels, 2), (Counts{9, 9}));  // 3 groups of 10, a class
}

TEST(ValidationSplit, SameContentUnderTwoLabelsStaysTogether) {
  const std::vector<Sha256> keys = {sha256("a"), sha256("b"), sha256("c"), sha256("a"), sha256("d"), sha256("e")};
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto validation = validation_split(keys, {0, 0, 0, 1, 1, 1}, 0.5, seed);
    EXPECT_EQ(validation[0], validation[3]) << seed;
  }
}

TEST(ValidationSplit, AClassOfOneContentIsForTraining) {
  EXPECT_EQ(validation_split({sha256("a"), sha256("a")}, {0, 0}, 0.5, 1), (std::vector<bool>{false, false}));
}

TEST(ValidationSplit, DoesNotDependOnTheOrder) {
  auto all = items(50, of_first_30);
  const auto before = validation_split(all.keys, all.labels, 0.2, 7);
  std::reverse(all.keys.begin(), all.keys.end());
  std::reverse(all.labels.begin(), all.labels.end());
  auto after = validation_split(all.keys, all.labels, 0.2, 7);
  std::reverse(after.begin(), after.end());
  EXPECT_EQ(before, after);
}

TEST(ValidationSplit, AnotherSeedDrawsOthers) {
  const auto all = items(50, of_first_30);
  const auto first = validation_split(all.keys, all.labels, 0.2, 1);
  EXPECT_EQ(first, validation_split(all.keys, all.labels, 0.2, 1));
  EXPECT_NE(first, validation_split(all.keys, all.labels, 0.2, 2));
}

TEST(TestSplit, TakesTheShareOfEachClassInWholeGroups) {
  auto all = items(130, of_first_30);
  EXPECT_EQ(counts(test_split(all.keys, all.labels, 0.2, 1), true, all.labels, 2), (Counts{6, 20}));
  for (int64_t i = 0; i < 30; ++i) all.keys[i] = sha256(std::to_string(i / 3));
  const auto test = test_split(all.keys, all.labels, 0.2, 1);
  for (int64_t i = 0; i < 30; ++i) EXPECT_EQ(test[i], test[i / 3 * 3]) << i;
  EXPECT_EQ(counts(test, true, all.labels, 2), (Counts{6, 20}));
}

TEST(TestSplit, OneMorePhotoMovesFew) {
  auto all = items(100, of_first_30);
  auto before = test_split(all.keys, all.labels, 0.2, 1);
  all.keys.push_back(sha256("more"));
  all.labels.push_back(0);
  const auto after = test_split(all.keys, all.labels, 0.2, 1);
  int64_t moved = after.back();
  for (size_t i = 0; i < before.size(); ++i) moved += before[i] != after[i];
  EXPECT_LE(moved, 2);
}

// Else the test photos would be those that validation draws first.
TEST(TestSplit, HasNothingToDoWithValidation) {
  const auto all = items(1000, [](int64_t) { return 0; });
  const auto test = test_split(all.keys, all.labels, 0.5, 1),
             validation = validation_split(all.keys, all.labels, 0.5, 1);
  int64_t both = 0;
  for (size_t i = 0; i < test.size(); ++i) both += test[i] && validation[i];
  EXPECT_NEAR(static_cast<double>(both), 250, 50);
}

TEST(Folds, AreBalancedInEveryClass) {
  const auto all = items(52, of_first_30);
  const auto folds = assign_folds(all.keys, all.labels, 5, 1);
  for (int64_t fold = 0; fold < 5; ++fold) {
    const auto count = counts(folds, fold, all.labels, 2);
    EXPECT_EQ(count[0], 6) << fold;                       // 30 / 5
    EXPECT_TRUE(count[1] == 4 || count[1] == 5) << fold;  // 22 / 5
  }
}

TEST(Folds, DifferInSizeByOneAtMost) {
  const auto all = items(21, [](int64_t i) { return i / 3; });  // 7 classes of 3, fewer than there are folds
  const auto folds = assign_folds(all.keys, all.labels, 5, 1);
  for (int64_t fold = 0; fold < 5; ++fold) EXPECT_EQ(std::count(folds.begin(), folds.end(), fold), fold == 0 ? 5 : 4);
}

TEST(Folds, KeepSameContentTogetherAndFollowTheSeed) {
  auto all = items(40, of_first_30);
  const auto first = assign_folds(all.keys, all.labels, 5, 1);
  EXPECT_EQ(first, assign_folds(all.keys, all.labels, 5, 1));
  EXPECT_NE(first, assign_folds(all.keys, all.labels, 5, 2));
  for (int64_t i = 0; i < 40; ++i) all.keys[i] = sha256(std::to_string(i / 2));
  const auto folds = assign_folds(all.keys, all.labels, 5, 1);
  for (int64_t i = 0; i < 40; i += 2) EXPECT_EQ(folds[i], folds[i + 1]) << i;
}

struct Named {
  std::vector<std::string> names;
  std::vector<int64_t> strata;
};

Named named(const Counts& sizes) {
  Named out;
  for (size_t s = 0; s < sizes.size(); ++s) {
    for (int64_t i = 0; i < sizes[s]; ++i) {
      out.names.push_back(std::to_string(s) + "/" + std::to_string(i));
      out.strata.push_back(static_cast<int64_t>(s));
    }
  }
  return out;
}

Counts drawn_of_each(const Counts& sizes, int64_t limit) {
  const auto all = named(sizes);
  Counts out(sizes.size());
  for (const int64_t i : draw_stratified(all.names, all.strata, limit, 1)) ++out[all.strata[i]];
  return out;
}

TEST(DrawStratified, TakesEachStratumsShareByLargestRemainders) {
  EXPECT_EQ(drawn_of_each({50, 30, 20}, 10), (Counts{5, 3, 2}));
  EXPECT_EQ(drawn_of_each({6, 3, 1}, 5), (Counts{3, 2, 0}));     // 3, 1.5, 0.5: the first of equal remainders
  EXPECT_EQ(drawn_of_each({70, 20, 10}, 4), (Counts{3, 1, 0}));  // 2.8, 0.8, 0.4
}

TEST(DrawStratified, TakesAllWhenTheLimitIsLarge) {
  EXPECT_EQ(drawn_of_each({3, 2}, 5), (Counts{3, 2}));
  EXPECT_EQ(drawn_of_each({3, 2}, 100), (Counts{3, 2}));
  EXPECT_TRUE(draw_stratified({}, {}, 10, 1).empty());
}

TEST(DrawStratified, GivesAscendingIndicesThatFollowTheSeed) {
  const auto all = named({40, 40});
  const auto drawn = draw_stratified(all.names, all.strata, 20, 1);
  EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
  EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
  EXPECT_EQ(drawn, draw_stratified(all.names, all.strata, 20, 1));
  EXPECT_NE(drawn, draw_stratified(all.names, all.strata, 20, 2));
}

TEST(DrawStratified, DrawsTheSameNamesInAnyOrder) {
  auto all = named({20, 20});
  const auto names_of = [&](const std::vector<int64_t>& drawn) {
    std::vector<std::string> out;
    for (const int64_t i : drawn) out.push_back(all.names[i]);
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto before = names_of(draw_stratified(all.names, all.strata, 10, 3));
  std::reverse(all.names.begin(), all.names.end());
  std::reverse(all.strata.begin(), all.strata.end());
  EXPECT_EQ(before, names_of(draw_stratified(all.names, all.strata, 10, 3)));
}

}  // namespace
}  // namespace pawprint
