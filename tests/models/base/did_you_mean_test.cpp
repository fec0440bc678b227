#include "models/base/did_you_mean.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

const std::vector<std::string> kWords = {"finetune", "classify", "check", "evaluate", "Smiling", "out", "epochs"};

std::string meant(std::string_view word) { return did_you_mean(word, kWords); }

TEST(DidYouMean, FindsAWordOneSlipAway) {
  for (const auto* word : {"fintune", "finetunee", "fnietune", "finetone"})
    EXPECT_EQ(meant(word), "; did you mean 'finetune'?") << word;
}

TEST(DidYouMean, CapitalsDoNotCount) { EXPECT_EQ(meant("smiling"), "; did you mean 'Smiling'?"); }

TEST(DidYouMean, TakesAWordThatIsBegunOrGoesOn) {
  EXPECT_EQ(meant("eval"), "; did you mean 'evaluate'?");
  EXPECT_EQ(meant("output"), "; did you mean 'out'?");
}

TEST(DidYouMean, ShortWordsMustBeNearer) {
  EXPECT_EQ(meant("ouput"), "; did you mean 'out'?");  // two slips in five letters
  EXPECT_EQ(meant("o"), "");
  EXPECT_EQ(meant("cat"), "");
}

TEST(DidYouMean, OfSeveralTheNearest) {
  EXPECT_EQ(did_you_mean("chek", {"cheek", "check", "chek"}), "; did you mean 'chek'?");
}

TEST(DidYouMean, NothingIsNearToNonsense) {
  EXPECT_EQ(meant("nonsense"), "");
  EXPECT_EQ(meant(""), "");
  EXPECT_EQ(meant(std::string(1'000'000, 'x')), "");
  EXPECT_EQ(did_you_mean("finetune", {}), "");
}

TEST(DidYouMean, SaysWhatIsWrittenBefore) {
  EXPECT_EQ(did_you_mean("ouput", {"out"}, "--"), "; did you mean '--out'?");
}

}  // namespace
}  // namespace pawprint
