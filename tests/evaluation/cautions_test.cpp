#include "app/evaluation/cautions.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

// `wrong` photos of the second class are said to be of the first.
Evaluation measured(int64_t first, int64_t second, int64_t wrong) {
  std::vector<double> p;
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < first + second; ++i) {
    const bool says_first = i < first + wrong;
    p.insert(p.end(), {says_first ? 0.9 : 0.1, says_first ? 0.1 : 0.9});
    labels.push_back(i < first ? 0 : 1);
  }
  return evaluate_predictions(p, labels, 2, 1);
}

using Texts = std::vector<std::string>;

TEST(Cautions, AreNoneWhereThereIsNoReason) {
  EXPECT_EQ(cautions(measured(200, 200, 5), {"cat", "dog"}, {{800, 800}, 3, 0, 0, 0, 1600, false}), Texts());
}

TEST(Cautions, FewPhotosAllowNoFigure) {
  const auto texts = cautions(measured(1, 1, 0), {"cat", "dog"}, {});
  ASSERT_EQ(texts.size(), 1u);
  EXPECT_TRUE(texts[0].starts_with("2 photos to measure on: too few for any figure")) << texts[0];
}

TEST(Cautions, NameTheClassThatIsHardlyThere) {
  const auto texts = cautions(measured(29, 3, 2), {"cat", "dog"}, {{270, 24}, 0, 0, 0, 0, {}, false});
  ASSERT_EQ(texts.size(), 2u);
  EXPECT_EQ(
      texts[0],
      "fewer than 30 photos to measure on in 2 of 2 classes, the fewest 3 of 'dog': figures of single classes say "
      "little");
  EXPECT_EQ(texts[1],
            "hardly there among 294 training photos: 'dog' (24); look at their recall: always saying 'cat' is right on "
            "90.6 %");
}

TEST(Cautions, TellWhatIsNotKnown) {
  EXPECT_EQ(cautions(measured(200, 200, 5), {"a", "b"}, {{500, 500}, 40, 7, 9, 5, 0, false}).size(), 5u);
  EXPECT_EQ(cautions(measured(200, 200, 5), {"a", "b"}, {{500, 500}, 29, 0, 0, 0, 0, true}), Texts());
}

TEST(Cautions, TellOfCorrectedLabels) {
  EXPECT_EQ(
      cautions(measured(200, 200, 5), {"a", "b"}, {.training_of_class = {}, .timed = 400, .relabeled_measured = 3}),
      Texts{"3 photos measured on with corrected labels: if only mistakes were looked at, the figures flatter"});
}

}  // namespace
}  // namespace pawprint
