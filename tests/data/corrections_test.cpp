#include "app/data/corrections.h"

#include <gtest/gtest.h>

#include <fstream>

#include "models/base/error.h"
#include "tests/support/shared.h"

using namespace pawprint;
using pawprint::testing::message_of;
using pawprint::testing::TemporaryFolder;

namespace {

const std::vector<std::string> kClasses = {"cats", "dogs", "K\xc3\xa4tzchen"};
const std::string kHeading = "path,answer,label\n";
constexpr Correction kKept = {CorrectionKind::kKeep, 0}, kLeft = {CorrectionKind::kLeaveOut, 0},
                     kDog = {CorrectionKind::kLabel, 1};

Corrections parsed(const std::string& text) { return parse_corrections(text, "pets", kClasses, "'list'"); }

std::string refusal(const std::string& rows) {
  return message_of<Error>([&] { parsed(kHeading + rows); });
}

LabeledImages images() {
  LabeledImages out;
  out.class_names = {"cats", "dogs"};
  for (const char* name : {"pets/cats/1.jpg", "pets/cats/2.jpg", "pets/dogs/3.jpg", "pets/dogs/4.jpg"})
    out.photos.push_back({name, out.photos.size() < 2 ? 0 : 1});
  return out;
}

std::filesystem::path written(const TemporaryFolder& folder, const std::string& text) {
  std::ofstream(folder / "list", std::ios::binary) << text;
  return folder / "list";
}

}  // namespace

TEST(Corrections, AreReadAsPagesSaveThem) {
  EXPECT_EQ(parsed(kHeading + "cats/1.jpg,keep,\ncats/2.jpg,leave out,\n\"a, \"\"b\"\".jpg\",label,dogs\n"),
            (Corrections{{"cats/1.jpg", kKept}, {"cats/2.jpg", kLeft}, {"a, \"b\".jpg", kDog}}));
  EXPECT_EQ(parsed(kHeading), Corrections());
}

TEST(Corrections, NamesThatAreNoTextAreJsonStringsAsInLists) {
  EXPECT_EQ(parsed(kHeading + R"("""cats/\udcff\n.jpg""",keep,)"), (Corrections{{"cats/\xff\n.jpg", kKept}}));
  EXPECT_EQ(parsed(kHeading + "./cats//1.jpg,keep,\n"), (Corrections{{"cats/1.jpg", kKept}}));
}

TEST(Corrections, ComeBackFromASpreadsheet) {
  EXPECT_EQ(parsed("\xef\xbb\xbfpath;answer;label\r\ncats/1.jpg;label;dogs\r\ncats/2.jpg;keep;\r\n"),
            (Corrections{{"cats/1.jpg", kDog}, {"cats/2.jpg", kKept}}));
  EXPECT_EQ(parsed(kHeading + "1.jpg,label,Ka\xcc\x88tzchen\n").at("1.jpg").label, 2);  // NFD
}

TEST(Corrections, OfSeveralListsOneBehindTheOtherTheLastRowOfAPhotoCounts) {
  EXPECT_EQ(parsed(kHeading + "1.jpg,keep,\n2.jpg,keep,\n" + kHeading + "1.jpg,label,dogs\n"),
            (Corrections{{"1.jpg", kDog}, {"2.jpg", kKept}}));
}

TEST(Corrections, SayWhichLineIsWrong) {
  EXPECT_EQ(
      refusal("a.jpg,keep,\nb.jpg,label,dgos\n"),
      "'list':3: expected one of the classes 'cats', 'dogs', 'K\xc3\xa4tzchen', got 'dgos'; a new class begins as "
      "a folder of its own");
  EXPECT_EQ(refusal("a.jpg,maybe,\n"),
            "'list':2: expected one of the answers 'keep', 'leave out' and 'label', got 'maybe'");
  EXPECT_EQ(refusal("a.jpg,keep,dogs\n"),
            "'list':2: expected a label with the answer 'label' only, got 'dogs' with 'keep'");
  EXPECT_EQ(refusal("a.jpg,keep\n"), "'list':2: expected a path, an answer and a label, got 2 cells");
  EXPECT_EQ(refusal(",keep,\n"), "'list':2: expected a path, an answer and a label, got 3 cells, the path empty");
  EXPECT_EQ(refusal("\"\"\"a.jpg\",keep,\n"), "'list':2: expected a path or a JSON string, got '\"a.jpg'");
  EXPECT_EQ(message_of<Error>([] { parsed("cats/1.jpg\n"); }),
            "'list':1: expected corrections, which begin with 'path,answer,label', got 'cats/1.jpg'");
}

TEST(Corrections, ChangeLabelsAndSayWhichPhotosAreNotThere) {
  const TemporaryFolder folder;
  auto data = images();
  data.photos[3].excluded = data.photos[0].excluded = true;  // by another list: who looked at the photo knows better
  const auto list = written(folder, kHeading +
                                        "cats/1.jpg,label,dogs\ncats/2.jpg,leave out,\ndogs/3.jpg,label,dogs\n"
                                        "dogs/4.jpg,keep,\ngone.jpg,keep,\n");
  EXPECT_EQ(correct_labels(data, list, "pets"), std::vector<std::string>{"gone.jpg"});
  EXPECT_EQ(data.photos[0].label, 1);
  EXPECT_EQ(data.photos[0].label_in_data, 0);
  EXPECT_EQ(data.photos[0].drawn_as(), 0);
  EXPECT_FALSE(data.photos[0].excluded || data.photos[3].excluded);
  EXPECT_TRUE(data.photos[1].excluded);
  EXPECT_FALSE(data.photos[2].label_in_data);  // it is one already
  EXPECT_NE(message_of<Error>([&] {
              correct_labels(data, written(folder, kHeading + "x.jpg,keep,\n"), "pets");
            }).find("got none of them, as 'x.jpg'"),
            std::string::npos);
}

TEST(Corrections, LeaveOutAsAListOfPhotosDoes) {
  const TemporaryFolder folder;
  for (const std::string& text :
       {std::string("# why\ncats/1.jpg\n"), kHeading + "cats/1.jpg,leave out,\ndogs/3.jpg,label,cats\n"}) {
    auto data = images();
    EXPECT_TRUE(exclude_listed(data, written(folder, text), "pets").empty());
    EXPECT_TRUE(data.photos[0].excluded);
    EXPECT_EQ(data.photos[2].label, 1);
  }
  auto data = images();
  EXPECT_NE(
      message_of<Error>([&] { exclude_listed(data, written(folder, "x.jpg\n"), "pets"); }).find("got none of them"),
      std::string::npos);
}
