#include "app/check/check_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/checked.h"

using namespace pawprint;
using namespace pawprint::testing;

namespace {

using Numbers = std::vector<int64_t>;

}  // namespace

TEST(CheckReport, DuplicatesAcrossClassesComeFirst) {
  const std::vector<CheckedPhoto> photos = {photo("pets/cats/1.jpg", 0, "a"), photo("pets/cats/2.jpg", 0, "a"),
                                            photo("pets/cats/3.jpg", 0, "b"), photo("pets/dogs/4.jpg", 1, "b"),
                                            photo("pets/dogs/5.jpg", 1, "c")};
  const auto groups = find_duplicates(photos);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].photos, (Numbers{2, 3}));
  EXPECT_TRUE(groups[0].across_classes);
  EXPECT_EQ(groups[1].photos, (Numbers{0, 1}));
  EXPECT_FALSE(groups[1].across_classes || groups[1].across_split);
  EXPECT_TRUE(groups[1].same_bytes);
}

TEST(CheckReport, OfCopiesThatOfValidationIsKeptThenTheLargest) {
  std::vector<CheckedPhoto> photos = {photo("a", 0, "p"), photo("b", 0, "p"), photo("c", 0, "p", true)};
  photos[1].measures.size = {800, 600};
  photos[1].content = sha256("encoded again");
  const auto groups = find_duplicates(photos);
  EXPECT_EQ(groups.at(0).photos, (Numbers{2, 1, 0}));
  EXPECT_TRUE(groups[0].across_split);
  EXPECT_FALSE(groups[0].same_bytes);
}

TEST(CheckReport, PairsBecomeGroupsWithTheirDuplicates) {
  const std::vector<CheckedPhoto> photos = {photo("a", 0, "p"), photo("b", 0, "p"), photo("c", 0, "q"),
                                            photo("d", 0, "r"), photo("e", 0, "s")};
  const auto groups = join_pairs(photos, find_duplicates(photos), {{0, 2, 0.97}, {2, 3, 0.95}});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].photos, (Numbers{0, 1, 2, 3}));
  EXPECT_DOUBLE_EQ(groups[0].score, 0.95);
}

TEST(CheckReport, AFileNamedAsAnotherTypeIsFound) {
  auto photos = std::vector{photo("a.png", 0, "p"), photo("b.JPG", 0, "q"), photo("c", 0, "r"), photo("d.png", 0, "s")};
  photos[3].problem = "empty file";
  const auto found = find_quality_problems(photos);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].photo, 0);
  EXPECT_EQ(found[0].reason, "JPEG named .png");
}

TEST(CheckReport, FixListLeavesOneOfEachGroupUnlessClassesDiffer) {
  auto report = report_of({photo("pets/cats/1.jpg", 0, "a"), photo("pets/cats/2.jpg", 0, "a"),
                           photo("pets/cats/3.jpg", 0, "b"), photo("pets/dogs/4\n.jpg", 1, "b"),
                           photo("pets/dogs/5.jpg", 1, "c"), photo("pets/dogs/6.jpg", 1, "d")});
  report.duplicates = find_duplicates(report.photos);
  report.unreadable = {4};
  report.label_issues = {{1, 1, 0.9}, {5, 0, 0.6}, {0, 1, 0.4}};
  EXPECT_EQ(fix_list(report),
            "# Photos to leave out of training: pawprint finetune --exclude takes this list.\n"
            "# A path a line, relative to the data folder. Delete the lines of photos you want to keep.\n"
            "\n# cannot be read\ndogs/5.jpg\n"
            "\n# duplicates in several classes: which is right is not known\ncats/3.jpg\n\"dogs/4\\n.jpg\"\n"
            "\n# duplicates of cats/1.jpg\ncats/2.jpg\n"
            "\n# labels in doubt, the most suspicious first\ndogs/6.jpg\n");
}

TEST(CheckReport, JsonHasEveryListAndOddNames) {
  auto report = report_of({photo("pets/cats/\"1\"\xff.jpg", 0, "a"), photo("pets/dogs/2.jpg", 1, "a")});
  auto json = nlohmann::json::parse(check_json(report_of({photo("pets/cats/1.jpg", 0, "a")})));
  for (const char* name : {"unreadable", "quality", "duplicates", "near_duplicates", "label_issues"})
    EXPECT_TRUE(json.at(name).is_array() && json.at(name).empty()) << name;
  report.duplicates = find_duplicates(report.photos);
  report.label_issues = {{0, 1, 0.91234}};
  const std::string text = check_json(report);
  EXPECT_EQ(times(text, R"(pets/cats/\"1\"\udcff.jpg)"), 3u);
  EXPECT_NE(text.find(R"("suggested":"dogs","score":0.9123)"), std::string::npos);
}

TEST(CheckReport, TextSaysWhatWasNotLookedFor) {
  auto report = report_of({photo("pets/cats/1\n.jpg", 0, "a"), photo("pets/dogs/2.jpg", 1, "b")});
  report.labels_unchecked = "that takes --backbone FILE";
  report.quality = {{0, QualityProblem::kBlurred, 0.5, "sharpness 0.18"}};
  const auto text = check_text(report, false);
  EXPECT_NE(text.find("not looked for: that takes --backbone FILE"), std::string::npos);
  EXPECT_NE(text.find("'cats/1\\x0a.jpg': sharpness 0.18"), std::string::npos);
  EXPECT_NE(text.find("--out DIR"), std::string::npos);
}

TEST(CheckReport, TextSaysThatClassesAreUneven) {
  std::vector<CheckedPhoto> photos;
  for (int i = 0; i < 40; ++i) photos.push_back(photo(std::to_string(i), i < 32 ? 0 : 1, std::to_string(i)));
  EXPECT_NE(check_text(report_of(photos), false).find("4.0 times as many 'cats' as 'dogs'"), std::string::npos);
}
