#include "app/data/photo_list.h"

#include <gtest/gtest.h>

#include "app/data/json_escape.h"
#include "models/base/error.h"
#include "tests/support/shared.h"

using namespace pawprint;
using pawprint::testing::message_of;
using pawprint::testing::TemporaryFolder;

namespace {

using Names = std::set<std::string>;

}  // namespace

TEST(PhotoList, GivesBackWhatWasWritten) {
  for (const char* data : {"pets", "pets/", "./pets", "../pets", "/photos/pets", "."}) {
    const std::filesystem::path folder(data);
    std::string text = "# a comment\n\n";
    Names expected;
    for (const char* name : {"cats/1.jpg", "cats/a\nb.jpg", "#1.jpg", "\"quoted\".jpg", "cats/ \xff.jpg", "a\r.jpg"}) {
      text += photo_list_line(folder / name, folder);
      expected.insert(in_data(folder / name, folder));
    }
    EXPECT_EQ(parse_photo_list(text, folder, "list"), expected) << data;
    EXPECT_TRUE(expected.contains("cats/a\nb.jpg"));
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(PhotoList, ANameThatBeginsAsAFileMayKeepsItsBeginning) {
  const std::string name =
      "\xef\xbb\xbf"
      "1.jpg";
  EXPECT_EQ(parse_photo_list(photo_list_line("pets/" + name, "pets"), "pets", "list"), Names{name});
}

TEST(PhotoList, TakesWhatPeopleWrite) {
  EXPECT_EQ(parse_photo_list("\xef\xbb\xbf"
                             "cats/1.jpg\r\n\r\n# why\r\n./cats//2.jpg\n\"c\\u0061ts/3.jpg\"",
                             "pets", "list"),
            (Names{"cats/1.jpg", "cats/2.jpg", "cats/3.jpg"}));
  EXPECT_EQ(parse_photo_list("/photos/pets/cats/1.jpg\n", "/photos/pets", "list"), Names{"cats/1.jpg"});
  EXPECT_EQ(parse_photo_list("", "pets", "list"), Names());
}

TEST(PhotoList, LeadsToPhotosElsewhere) {
  EXPECT_EQ(photo_list_line("more/val/cats/1.jpg", "pets"), "../more/val/cats/1.jpg\n");
  EXPECT_EQ(parse_photo_list("../more/val/cats/1.jpg\n", "pets", "list"),
            Names{in_data("more/val/cats/1.jpg", "pets")});
}

TEST(PhotoList, SaysWhichLineIsWrong) {
  EXPECT_EQ(message_of<Error>([] { parse_photo_list("a.jpg\n\"b.jpg\n", "pets", "'list'"); }),
            "'list':2: expected a path or a JSON string, got '\"b.jpg'");
  const TemporaryFolder folder;
  EXPECT_NE(message_of<Error>([&] { read_list_file(folder / "none"); }).find("no file that can be read"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] { read_list_file(folder.path()); }).find("no file that can be read"),
            std::string::npos);
}
