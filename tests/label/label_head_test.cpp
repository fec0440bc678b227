#include "app/label/label_head.h"

#include <gtest/gtest.h>
#include <torch/types.h>

namespace pawprint {
namespace {

// Rows of `classes` kinds in turn, each kind along an axis of its own.
LabeledRows made_rows(int64_t count, int64_t classes, double apart, uint64_t seed = 1) {
  auto random = at::make_generator<at::CPUGeneratorImpl>(seed);
  LabeledRows rows{at::empty({count, 20}).normal_(5, 2, random), {}, {}, classes};
  for (int64_t i = 0; i < count; ++i) {
    rows.features[i][i % classes] += apart;
    rows.labels.push_back(i % classes);
    rows.content.push_back(sha256(std::to_string(i)));
  }
  return rows;
}

int64_t right(const at::Tensor& probabilities, const LabeledRows& rows) {
  return probabilities.argmax(1).eq(at::tensor(rows.labels)).sum().item<int64_t>();
}

TEST(LabelHead, TellsTwoAndMoreClassesApart) {
  for (const int64_t classes : {2, 3, 7}) {
    const auto rows = made_rows(210, classes, 12);
    LabelHead head;
    head.standardize(rows.features);
    head.fit(rows);
    const auto p = head.probabilities(rows.features);
    EXPECT_EQ(p.sizes(), (std::vector<int64_t>{210, classes}));
    EXPECT_LT((p.sum(1) - 1).abs().max().item<double>(), 1e-5);
    EXPECT_GE(right(p, rows), 205) << classes;
  }
}

TEST(LabelHead, OfOneClassItSaysNothing) {
  auto rows = made_rows(10, 2, 12);
  LabelHead head;
  head.standardize(rows.features);
  head.fit(rows);
  EXPECT_TRUE(head.is_fitted());
  rows.labels.assign(10, 1);
  head.fit(rows);
  EXPECT_FALSE(head.is_fitted());
}

TEST(LabelHead, WhereItBeginsDoesNotMatter) {
  const auto few = made_rows(30, 3, 4), many = made_rows(300, 3, 4);
  LabelHead warm, cold;
  for (auto* head : {&warm, &cold}) head->standardize(many.features);
  warm.fit(few);
  warm.fit(many);
  cold.fit(many);
  EXPECT_LT((warm.probabilities(many.features) - cold.probabilities(many.features)).abs().max().item<double>(), 0.01);
}

TEST(LabelHead, StandardizedAnewItIsTheSame) {
  const auto rows = made_rows(60, 3, 4), others = made_rows(200, 3, 40, 2);
  LabelHead head;
  head.standardize(rows.features);
  head.fit(rows);
  const auto before = head.probabilities(others.features);
  head.standardize(others.features);
  EXPECT_LT((head.probabilities(others.features) - before).abs().max().item<double>(), 1e-4);
}

TEST(CrossValidateLabels, KnowsWhetherAnythingWasLearned) {
  auto rows = made_rows(60, 2, 12);
  LabelHead head;
  head.standardize(rows.features);
  int ticks = 0;
  const auto known = cross_validate_labels(head, rows, 1, [&] { ++ticks; });
  EXPECT_TRUE(known.better_than_chance);
  EXPECT_EQ(known.probabilities.size(), 120u);
  EXPECT_GT(ticks, 5);
  for (size_t i = 0; i < rows.labels.size(); ++i) rows.labels[i] = static_cast<int64_t>(rows.content[i].bytes[0] % 2);
  EXPECT_FALSE(cross_validate_labels(head, rows, 1, [] {}).better_than_chance);
}

TEST(CrossValidateLabels, OfFewLabelsNothingIsKnown) {
  const auto rows = made_rows(8, 2, 12);
  LabelHead head;
  head.standardize(rows.features);
  const auto check = cross_validate_labels(head, rows, 1, [] {});
  EXPECT_TRUE(check.probabilities.empty());
  EXPECT_FALSE(check.better_than_chance);
}

}  // namespace
}  // namespace pawprint
