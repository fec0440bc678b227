#include "app/report/sort_into.h"

#include <gtest/gtest.h>

#include "models/error.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::read_all;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

TEST(SortInto, CopiesIntoAFolderPerClassAndKeepsThePhoto) {
  const TemporaryFolder folder;
  const auto photo = folder.write("in/1.jpg", "meow");
  const auto target = SortInto(folder / "out", false).add(photo, "cat");
  EXPECT_EQ(target, folder / "out" / "cat" / "1.jpg");
  EXPECT_TRUE(fs::symlink_status(target).type() == fs::file_type::regular);
  EXPECT_EQ(read_all(target), "meow");
  EXPECT_EQ(read_all(photo), "meow");
}

TEST(SortInto, LinksToTheAbsolutePath) {
  const TemporaryFolder folder;
  const auto photo = folder.write("in/1.jpg", "meow");
  const auto target = SortInto(folder / "out", true).add(fs::relative(photo), "cat");
  EXPECT_TRUE(fs::read_symlink(target).is_absolute());
  EXPECT_EQ(read_all(target), "meow");
}

TEST(SortInto, NeverOverwritesAnotherPhotoOfThatName) {
  for (const bool link : {false, true}) {
    const TemporaryFolder folder;
    const SortInto sort(folder / "out", link);
    const auto kept = folder.write("out/cat/1.jpg", "there before");
    EXPECT_EQ(sort.add(folder.write("a/1.jpg", "a"), "cat"), folder / "out" / "cat" / "1-2.jpg");
    EXPECT_EQ(sort.add(folder.write("b/1.jpg", "b"), "cat"), folder / "out" / "cat" / "1-3.jpg");
    EXPECT_EQ(read_all(kept), "there before");
    EXPECT_EQ(read_all(folder / "out" / "cat" / "1-2.jpg"), "a");
    EXPECT_EQ(read_all(folder / "out" / "cat" / "1-3.jpg"), "b");
  }
}

TEST(SortInto, TheSamePhotoAgainIsKept) {
  for (const bool link : {false, true}) {
    const TemporaryFolder folder;
    const SortInto sort(folder / "out", link);
    const auto photo = folder.write("in/1.jpg", "meow");
    EXPECT_EQ(sort.add(photo, "cat"), sort.add(photo, "cat"));
    const auto files = fs::directory_iterator(folder / "out" / "cat");
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
  }
}

TEST(SortInto, PassesByFoldersAndLinksThatHaveTheName) {
  const TemporaryFolder folder;
  const SortInto sort(folder / "out", false);
  fs::create_directories(folder / "out" / "cat" / "1.jpg");
  fs::create_symlink("missing", folder / "out" / "cat" / "1-2.jpg");
  EXPECT_EQ(sort.add(folder.write("in/1.jpg", "meow"), "cat"), folder / "out" / "cat" / "1-3.jpg");
  EXPECT_TRUE(fs::is_symlink(folder / "out" / "cat" / "1-2.jpg"));
}

TEST(SortInto, ANameWithoutExtensionGetsItsNumberAtTheEnd) {
  const TemporaryFolder folder;
  folder.write("out/cat/photo", "there before");
  EXPECT_EQ(SortInto(folder / "out", false).add(folder.write("in/photo", "meow"), "cat").filename(), "photo-2");
}

// 255 bytes are the longest name: -2 does not fit, and looking for -3, -4, ... must end.
TEST(SortInto, ANameTooLongForANumberIsAnError) {
  const TemporaryFolder folder;
  const std::string name = std::string(250, 'x') + ".jpeg";
  folder.write("out/cat/" + name, "there before");
  const auto photo = folder.write("in/" + name, "meow");
  EXPECT_NE(message_of<Error>([&] { SortInto(folder / "out", true).add(photo, "cat"); }), "");
  EXPECT_EQ(read_all(folder / "out" / "cat" / name), "there before");
}

TEST(SortInto, RefusesAClassNameThatLeavesTheFolder) {
  const TemporaryFolder folder;
  const auto photo = folder.write("1.jpg", "meow");
  for (const auto* name : {"", ".", "..", "../x", "a/b"})
    EXPECT_EQ(message_of<Error>([&] { SortInto(folder / "out", false).add(photo, name); }),
              "--sort-into: expected a class name that can be a folder's name, got " + in_quotes(name));
}

TEST(SortInto, RefusesAFileAsItsFolder) {
  const TemporaryFolder folder;
  const auto file = folder.write("out", "a file");
  EXPECT_NE(message_of<Error>([&] { SortInto(file, false); }).find("expected a folder to write to"), std::string::npos);
}

}  // namespace
}  // namespace pawprint
