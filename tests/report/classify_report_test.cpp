#include "app/report/classify_report.h"

#include <gtest/gtest.h>

namespace pawprint {
namespace {

const Corrections kSaid = {
    {"a/1.jpg", {CorrectionKind::kLabel, 1}}, {"a/2.jpg", {CorrectionKind::kLeaveOut, 0}}, {"a/3.jpg", {}}};

Prediction prediction(const std::string& path) {
  return {path, {0.6, 0.3, 0.1}, "", "unsure; unfamiliar", "wig", {0, 1}};
}

TEST(CorrectPrediction, WinsOverTheModel) {
  auto corrected = prediction("./a//1.jpg");
  EXPECT_TRUE(correct_prediction(corrected, kSaid));
  EXPECT_EQ(corrected.probabilities, (std::vector<double>{0, 1, 0}));
  EXPECT_EQ(corrected.note, "corrected");
  EXPECT_EQ(corrected.looks_like, "");
  EXPECT_EQ(corrected.set, std::vector<int64_t>{1});
  auto kept = prediction("a/3.jpg");
  EXPECT_TRUE(correct_prediction(kept, kSaid));
  EXPECT_EQ(kept.probabilities, (std::vector<double>{1, 0, 0}));
  EXPECT_EQ(kept.note, "corrected");
}

TEST(CorrectPrediction, LeavesTheModelsAnswerOfWhatIsLeftOut) {
  auto left_out = prediction("a/2.jpg");
  EXPECT_TRUE(correct_prediction(left_out, kSaid));
  EXPECT_EQ(left_out.probabilities, (std::vector<double>{0.6, 0.3, 0.1}));
  EXPECT_EQ(left_out.note, "left out");
}

TEST(CorrectPrediction, LeavesOtherPhotosAndWhatCannotBeRead) {
  auto other = prediction("a/4.jpg");
  EXPECT_FALSE(correct_prediction(other, kSaid));
  EXPECT_EQ(other.note, "unsure; unfamiliar");
  Prediction unreadable{"a/1.jpg", {}, "empty file"};
  EXPECT_TRUE(correct_prediction(unreadable, kSaid));
  EXPECT_EQ(unreadable.note, "");
}

size_t count_of(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(ClassifyReport, ShowsTheLeastCertainFirstAndUnfamiliarOnesApart) {
  ClassifyReport report({"cats", "dogs"});
  report.add({"sure.jpg", {0.9, 0.1}});
  report.add({"unsure.jpg", {0.45, 0.55}});
  report.add({"<b>.jpg", {0.8, 0.2}, "", "unfamiliar"});
  report.add({"bad.jpg", {}, "empty file"});
  report.add({"known.jpg", {0, 1}, "", "corrected"});
  report.add({"gone.jpg", {0.5, 0.5}, "", "left out"});
  const auto page = report.page({}, 1, {});
  const size_t least = page.find("<section id=\"uncertain\""), strange = page.find("<section id=\"unfamiliar\"");
  EXPECT_LT(least, page.find("data-path=\"unsure.jpg\" data-class=\"1\" data-suggested=\"0\""));
  EXPECT_LT(page.find("data-path=\"unsure.jpg\""), page.find("data-path=\"sure.jpg\""));
  EXPECT_LT(page.find("data-path=\"sure.jpg\""), strange);
  EXPECT_GT(page.find("data-path=\"&lt;b&gt;.jpg\""), strange);
  EXPECT_EQ(count_of(page, "<figure "), 3U);
  EXPECT_NE(page.find("5 photos: 2 cats, 2 dogs."), std::string::npos);
  EXPECT_NE(page.find("empty file"), std::string::npos);
  EXPECT_EQ(count_of(page, "<b>"), 3U);  // no name's
}

TEST(ClassifyReport, HoldsTheLeastCertainOfMany) {
  ClassifyReport report({"cats", "dogs"});
  for (int i = 0; i < 1000; ++i) report.add({std::to_string(i) + ".jpg", {0.5 + 0.0004 * i, 0.5 - 0.0004 * i}});
  const auto page = report.page({}, 2, {});
  EXPECT_EQ(count_of(page, "<figure "), ClassifyReport::kMaxPictures);
  EXPECT_NE(page.find("data-path=\"119.jpg\""), std::string::npos);
  EXPECT_EQ(page.find("data-path=\"120.jpg\""), std::string::npos);
  EXPECT_NE(page.find("880 more photos"), std::string::npos);
}

}  // namespace
}  // namespace pawprint
