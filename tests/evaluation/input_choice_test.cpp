#include "app/evaluation/input_choice.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

// Photos in five folds, of which `wrong` of ten are wrong, each a loss of 2; right ones lose 0.1.
CandidateScores scores(double cost_s, const std::vector<bool>& correct) {
  CandidateScores out;
  out.cost_s = cost_s;
  out.correct = correct;
  for (const bool right : correct) out.losses.push_back(right ? 0.1 : 2);
  return out;
}

std::vector<int64_t> folds(size_t photos) {
  std::vector<int64_t> fold;
  for (size_t i = 0; i < photos; ++i) fold.push_back(static_cast<int64_t>(i % 5));
  return fold;
}

// Every `step`th of 100 photos is wrong.
std::vector<bool> wrong_each(size_t step, size_t from = 0) {
  std::vector<bool> correct(100, true);
  for (size_t i = from; i < correct.size(); i += step) correct[i] = false;
  return correct;
}

InputChoice choose(const std::vector<CandidateScores>& candidates) {
  InputChoice choice;
  choice.tried.resize(candidates.size());
  choose_input(choice, candidates, folds(100));
  return choice;
}

TEST(ChooseInput, TakesTheBestWhereItIsClearlyBetter) {
  const auto choice = choose({scores(1, wrong_each(3)), scores(2, wrong_each(50)), scores(3, wrong_each(20))});
  EXPECT_EQ(choice.chosen, 1);
  EXPECT_EQ(choice.photos, 100);
  EXPECT_DOUBLE_EQ(choice.tried[1].accuracy, 0.98);
  EXPECT_NEAR(choice.tried[1].log_loss, 0.98 * 0.1 + 0.02 * 2, 1e-12);
  EXPECT_EQ(choice.tried[1].excess, 0);
  EXPECT_NEAR(choice.tried[0].excess, choice.tried[0].log_loss - choice.tried[1].log_loss, 1e-12);
  EXPECT_DOUBLE_EQ(choice.tried[2].photos_per_second, 1. / 3);
}

TEST(ChooseInput, TakesTheCheapestWithinOneStandardErrorOfTheDifference) {
  // One photo more is wrong: 0.019 +- 0.019 worse.
  auto nearly = wrong_each(50);
  nearly[1] = false;
  EXPECT_EQ(choose({scores(2, wrong_each(50)), scores(1, nearly)}).chosen, 1);
  EXPECT_EQ(choose({scores(1, wrong_each(50)), scores(2, nearly)}).chosen, 0);
  // Two more: 0.038 +- 0.0267.
  nearly[2] = false;
  EXPECT_EQ(choose({scores(2, wrong_each(50)), scores(1, nearly)}).chosen, 0);
}

TEST(ChooseInput, PhotosThatAllFindHardDoNotCount) {
  // Half of the photos are wrong either way: the spread of the losses is large, that of the difference is not.
  auto worse = wrong_each(2);
  worse[1] = worse[3] = worse[5] = false;
  EXPECT_EQ(choose({scores(2, wrong_each(2)), scores(1, worse)}).chosen, 0);
}

TEST(ChooseInput, OuterFiguresDoNotFlatterAChoiceOfNoise) {
  // Each candidate is perfect but on one fold of its own: whoever is chosen by the others fails there.
  std::vector<CandidateScores> candidates;
  for (size_t fold = 0; fold < 5; ++fold) candidates.push_back(scores(1, wrong_each(5, fold)));
  const auto worst = choose(candidates);
  EXPECT_LT(worst.outer_accuracy, 0.05);
  EXPECT_DOUBLE_EQ(worst.tried[0].accuracy, 0.8);
}

TEST(TriedInput, IsNamedByWhatIsShown) {
  const TriedInput tried{.inputs = {{"mobilenet_v2", Fit::kWhole, 288}, {"resnet18", Fit::kCrop, 224}}};
  EXPECT_EQ(tried.text(), "mobilenet_v2 whole 288 + resnet18 crop 224");
}

}  // namespace
}  // namespace pawprint
