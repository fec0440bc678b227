#include "app/report/sort_into.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "models/base/error.h"
#include "models/base/sha256.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::read_all;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

// Of the folders in it, sorted: cat/1.jpg
std::vector<std::string> files_in(const fs::path& out) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(out)) {
    if (!fs::is_directory(entry.symlink_status()) && entry.path().parent_path() != out)
      names.push_back(entry.path().lexically_relative(out).native());
  }
  std::sort(names.begin(), names.end());
  return names;
}

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
    SortInto sort(folder / "out", link);
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
    SortInto sort(folder / "out", link);
    const auto photo = folder.write("in/1.jpg", "meow");
    EXPECT_EQ(sort.add(photo, "cat"), sort.add(photo, "cat"));
    const auto files = fs::directory_iterator(folder / "out" / "cat");
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
  }
}

TEST(SortInto, PassesByFoldersAndLinksThatHaveTheName) {
  const TemporaryFolder folder;
  SortInto sort(folder / "out", false);
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

// 255 bytes are the longest name: the letters before the number make room for it.
TEST(SortInto, ANameTooLongForANumberIsShortened) {
  const TemporaryFolder folder;
  const std::string name = std::string(249, 'x') + "\xc3\xa4.jpg";
  folder.write("out/cat/" + name, "there before");
  const auto photo = folder.write("in/" + name, "meow");
  for (const bool link : {false, true})
    EXPECT_EQ(SortInto(folder / "out", link).add(photo, "cat").filename(), std::string(249, 'x') + "-2.jpg");
  EXPECT_EQ(read_all(folder / "out" / "cat" / name), "there before");
  EXPECT_EQ(files_in(folder / "out"),
            (std::vector<std::string>{"cat/" + std::string(249, 'x') + "-2.jpg", "cat/" + name}));
}

TEST(SortInto, TheLongestNamesAreCopied) {
  const TemporaryFolder folder;
  SortInto sort(folder / "out", false);
  for (const size_t bytes : {143u, 249u, 255u}) {
    const auto photo = folder.write("in/" + std::string(bytes - 4, 'a') + ".jpg", "meow");
    EXPECT_EQ(sort.add(photo, "cat").filename(), photo.filename());
  }
}

TEST(SortInto, ACopyKeepsTheTimeOfModificationAndStaysPrivate) {
  const TemporaryFolder folder;
  const auto photo = folder.write("in/1.jpg", "meow");
  const timespec times[] = {{5, 0}, {1'234'567'890, 987'654'321}};
  ASSERT_EQ(utimensat(AT_FDCWD, photo.c_str(), times, 0), 0);
  fs::permissions(photo, fs::perms::owner_read);
  const auto copy = SortInto(folder / "out", false).add(photo, "cat");
  struct stat info {};
  ASSERT_EQ(stat(copy.c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, 1'234'567'890);
  EXPECT_EQ(info.st_mtim.tv_nsec, 987'654'321);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(SortInto, AnotherClassMovesWhatAnEarlierRunWrote) {
  for (const bool link : {false, true}) {
    const TemporaryFolder folder;
    const auto one = folder.write("in/1.jpg", "one"), two = folder.write("in/2.jpg", "two");
    {
      SortInto sort(folder / "out", link);
      sort.add(one, "cat");
      sort.add(two, "cat");
      sort.finish();
    }
    SortInto again(folder / "out", link);
    again.add(one, "dog");
    EXPECT_EQ(files_in(folder / "out"), (std::vector<std::string>{"cat/2.jpg", "dog/1.jpg"}));
    again.add(two, "dog");
    EXPECT_EQ(again.moved(), 2);
    again.finish();
    EXPECT_EQ(files_in(folder / "out"), (std::vector<std::string>{"dog/1.jpg", "dog/2.jpg"}));
    EXPECT_FALSE(fs::exists(folder / "out" / "cat"));  // nothing is left in it
    EXPECT_EQ(read_all(folder / "out" / "dog" / "1.jpg"), "one");
    EXPECT_EQ(fs::is_symlink(folder / "out" / "dog" / "1.jpg"), link);
    EXPECT_EQ(read_all(one), "one");
  }
}

TEST(SortInto, PhotosThatAreNotSortedAgainStay) {
  const TemporaryFolder folder;
  SortInto(folder / "out", false).add(folder.write("may/1.jpg", "may"), "cat");
  SortInto(folder / "out", false).add(folder.write("june/1.jpg", "june"), "dog");
  EXPECT_EQ(files_in(folder / "out"), (std::vector<std::string>{"cat/1.jpg", "dog/1.jpg"}));
}

TEST(SortInto, WhatAPersonPutThereOrChangedStays) {
  for (const bool link : {false, true}) {
    const TemporaryFolder folder;
    const auto one = folder.write("in/1.jpg", "one"), two = folder.write("in/2.jpg", "two");
    const auto changed = SortInto(folder / "out", link).add(one, "cat");
    fs::remove(changed);
    folder.write("out/cat/1.jpg", "one with a frame");
    folder.write("out/bird/2.jpg", "two");  // by hand: in no list
    SortInto again(folder / "out", link);
    again.add(one, "dog");
    again.add(two, "dog");
    again.finish();
    EXPECT_EQ(files_in(folder / "out"),
              (std::vector<std::string>{"bird/2.jpg", "cat/1.jpg", "dog/1.jpg", "dog/2.jpg"}));
    EXPECT_EQ(read_all(changed), "one with a frame");
  }
}

// Moved by a run, and back by a person who knows better.
TEST(SortInto, WhatAPersonMovedBackStays) {
  for (const bool link : {false, true}) {
    const TemporaryFolder folder;
    const auto one = folder.write("in/1.jpg", "one");
    SortInto(folder / "out", link).add(one, "cat");
    const auto moved = SortInto(folder / "out", link).add(one, "dog");
    fs::rename(moved, folder / "out" / "cat" / "1.jpg");
    SortInto(folder / "out", link).add(one, "dog");
    EXPECT_EQ(files_in(folder / "out"), (std::vector<std::string>{"cat/1.jpg", "dog/1.jpg"}));
  }
}

TEST(SortInto, ALinkThatAPersonTurnedElsewhereStays) {
  const TemporaryFolder folder;
  const auto one = folder.write("in/1.jpg", "one");
  const auto target = SortInto(folder / "out", true).add(one, "cat");
  fs::remove(target);
  fs::create_symlink(folder.write("in/other.jpg", "one"), target);
  SortInto(folder / "out", true).add(one, "dog");
  EXPECT_TRUE(fs::is_symlink(target));
}

// The photo may have been on a card that is used for others by now.
TEST(SortInto, ACopyNeverGivesWayToALink) {
  const TemporaryFolder folder;
  const auto one = folder.write("in/1.jpg", "one");
  SortInto(folder / "out", false).add(one, "cat");
  const auto target = SortInto(folder / "out", true).add(one, "dog");
  EXPECT_EQ(files_in(folder / "out"), std::vector<std::string>{"dog/1.jpg"});
  EXPECT_FALSE(fs::is_symlink(target));
}

TEST(SortInto, ThePhotoThatIsNamedIsNeverRemoved) {
  const TemporaryFolder folder;
  const auto copy = SortInto(folder / "out", false).add(folder.write("in/1.jpg", "one"), "cat");
  for (const bool link : {true, false}) {
    const auto target = SortInto(folder / "out", link).add(copy, link ? "dog" : "bird");
    EXPECT_EQ(read_all(copy), "one");
    EXPECT_EQ(read_all(target), "one");
  }
}

// As on file systems that take Cat and cat for one name.
TEST(SortInto, TwoNamesOfOneFolderLoseNothing) {
  const TemporaryFolder folder;
  const auto one = folder.write("in/1.jpg", "one");
  SortInto(folder / "out", false).add(one, "cat");
  fs::create_symlink("cat", folder / "out" / "Cat");
  SortInto again(folder / "out", false);
  again.add(one, "Cat");
  again.finish();
  EXPECT_EQ(read_all(folder / "out" / "cat" / "1.jpg"), "one");
}

TEST(SortInto, AListThatIsCutOffOrHostileRemovesNothing) {
  const TemporaryFolder folder;
  const auto one = folder.write("in/1.jpg", "one");
  const std::string line = "copy " + sha256("one").hex() + ' ';
  folder.write("precious.jpg", "one");
  folder.write("out/cat/1.jpg", "one");
  folder.write("out/cat/2.jpg", "one");
  folder.write("out/.pawprint-sorted", line + "../precious.jpg\n" + line +
                                           "cat/../../precious.jpg\ncopy 12 cat/2.jpg\n" + "move\n\n" + line +
                                           "cat/1.jpg");
  SortInto(folder / "out", false).add(one, "dog");
  EXPECT_EQ(read_all(folder / "precious.jpg"), "one");
  EXPECT_EQ(files_in(folder / "out"), (std::vector<std::string>{"cat/1.jpg", "cat/2.jpg", "dog/1.jpg"}));
  SortInto(folder / "out", false).add(one, "bird");  // the line after the one that was cut off counts
  EXPECT_EQ(files_in(folder / "out"), (std::vector<std::string>{"bird/1.jpg", "cat/1.jpg", "cat/2.jpg"}));
}

TEST(SortInto, ItsListKeepsOddNames) {
  const TemporaryFolder folder;
  const auto photo = folder.write("in/a\\n\n b \xff.jpg", "meow");
  SortInto(folder / "out", false).add(photo, "big cat");
  SortInto(folder / "out", false).add(photo, "dog");
  EXPECT_EQ(files_in(folder / "out"), std::vector<std::string>{"dog/a\\n\n b \xff.jpg"});
}

TEST(SortInto, OnePhotoThatCannotBeCopiedHasAReason) {
  const TemporaryFolder folder;
  SortInto sort(folder / "out", false);
  folder.write("out/cat", "a file where the folder should be");
  const auto photo = folder.write("in/1.jpg", "meow");
  EXPECT_TRUE(message_of<NotSorted>([&] { sort.add(photo, "cat"); })
                  .starts_with("cannot be copied: " + in_quotes((folder / "out" / "cat").native()) +
                               ": expected a folder to write to, got: "));
  EXPECT_EQ(message_of<NotSorted>([&] { sort.add(folder / "gone.jpg", "dog"); }), "cannot be copied: no such file");
  EXPECT_EQ(sort.add(photo, "dog"), folder / "out" / "dog" / "1.jpg");
}

TEST(SortFolder, IsThatOfTheNoteWhereThereIsOne) {
  const std::vector<std::string> pets = {"cat", "dog"};
  EXPECT_EQ(sort_folder({"1.jpg", {1, 0}, "", ""}, pets, "cat"), "cat");
  EXPECT_EQ(sort_folder({"1.jpg", {1, 0}, "", "unsure"}, pets, "cat"), "unsure");
  EXPECT_EQ(sort_folder({"1.jpg", {1, 0}, "", "unfamiliar"}, pets, "cat"), "unfamiliar");
  EXPECT_EQ(sort_folder({"1.jpg", {1, 0}, "", "unsure; unfamiliar"}, pets, "cat"), "unfamiliar");
}

TEST(SortFolder, OfANoteIsNeverThatOfAClass) {
  const std::vector<std::string> names = {"Unsure", "cat", "note-unfamiliar", "unfamiliar"};
  EXPECT_EQ(sort_folder({"1.jpg", {1, 0}, "", "unsure"}, names, "cat"), "note-unsure");
  EXPECT_EQ(sort_folder({"1.jpg", {1, 0}, "", "unfamiliar"}, names, "cat"), "note-note-unfamiliar");
  EXPECT_EQ(sort_folder({"1.jpg", {1, 0}, "", ""}, names, "unfamiliar"), "unfamiliar");
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
