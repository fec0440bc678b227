#include "models/base/atomic_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "models/base/error.h"
#include "models/base/sha256.h"
#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::message_of;
using testing::read_all;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

TEST(AtomicFile, AppearsOnCommitOnly) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a.txt");
  file.write("one ");
  file.write("two");
  EXPECT_FALSE(fs::exists(folder / "a.txt"));
  file.commit();
  EXPECT_EQ(read_all(folder / "a.txt"), "one two");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"a.txt"});
}

TEST(AtomicFile, WithoutCommitWhatStoodThereStays) {
  const TemporaryFolder folder;
  folder.write("a.txt", "before");
  { AtomicFile(folder / "a.txt").write(std::string(1 << 20, 'x')); }
  EXPECT_EQ(read_all(folder / "a.txt"), "before");
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"a.txt"});
}

TEST(AtomicFile, WritesMoreThanItsBuffer) {
  const TemporaryFolder folder;
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += std::to_string(i);  // 1,088,890 digits
  write_file(folder / "a", bytes);
  EXPECT_EQ(read_all(folder / "a"), bytes);
}

TEST(AtomicFile, ReplacesWhatALinkLeadsToAndKeepsTheLink) {
  const TemporaryFolder folder;
  folder.write("target", "before");
  fs::create_symlink("target", folder / "link");
  write_file(folder / "link", "after");
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(read_all(folder / "target"), "after");
}

TEST(AtomicFile, ALinkThatLeadsToItselfIsAnErrorThatNamesIt) {
  const TemporaryFolder folder;
  fs::create_symlink("loop", folder / "loop");
  const auto message = message_of<Error>([&] { write_file(folder / "loop", "x"); });
  EXPECT_NE(message.find(in_quotes((folder / "loop").native())), std::string::npos) << message;
}

TEST(AtomicFile, WritesThroughAFifoWithoutReplacingIt) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = read_all(folder / "fifo"); });
  write_file(folder / "fifo", "through");
  reader.join();
  EXPECT_EQ(got, "through");
  EXPECT_TRUE(fs::is_fifo(folder / "fifo"));
}

TEST(AtomicFile, HasTheModeThatTheUmaskLeaves) {
  const TemporaryFolder folder;
  const mode_t before = umask(027);
  write_file(folder / "a", "x");
  umask(before);
  EXPECT_EQ(static_cast<unsigned>(fs::status(folder / "a").permissions()), 0640u);
}

// A temporary name must not be longer: 255 bytes are what the file system takes.
TEST(AtomicFile, WritesTheLongestNames) {
  for (const size_t bytes : {143u, 248u, 249u, 254u, 255u}) {
    const TemporaryFolder folder;
    std::string letters;
    while (letters.size() + 2 <= bytes - 4) letters += "\xc3\xa4";  // two bytes each
    const std::string name = letters + std::string(bytes - 4 - letters.size(), 'x') + ".jpg";
    write_file(folder / name, "whole");
    EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{name}) << bytes;
    EXPECT_EQ(read_all(folder / name), "whole");
  }
}

TEST(AtomicFile, ANameTooLongIsAnErrorBeforeAnythingIsWritten) {
  const TemporaryFolder folder;
  const std::string name(256, 'x');
  EXPECT_EQ(message_of<FileError>([&] { AtomicFile file(folder / name); }),
            in_quotes((folder / name).native()) + ": cannot be written: File name too long");
  EXPECT_TRUE(names_in(folder.path()).empty());
}

// As a killed writer leaves it: nobody holds the lock.
TEST(AtomicFile, TheFirstInAFolderRemovesWhatKilledWritersLeft) {
  const TemporaryFolder folder;
  folder.write(".pawprint-0123abcd", "half");
  folder.write(".pawprint-0123abcg", "not ours");
  folder.write("a.pawprint-0123abcd", "not ours");
  folder.write(".pawprint-89abcdef", "of a writer at work");
  const int held = open((folder / ".pawprint-89abcdef").c_str(), O_WRONLY);
  ASSERT_EQ(flock(held, LOCK_EX), 0);
  write_file(folder / "a", "x");
  close(held);
  EXPECT_EQ(names_in(folder.path()),
            (std::vector<std::string>{".pawprint-0123abcg", ".pawprint-89abcdef", "a", "a.pawprint-0123abcd"}));
}

// A killed one cannot leave what it never had.
TEST(AtomicFile, HasNoNameWhileItIsWritten) {
  const TemporaryFolder folder;
  const int fd = open(folder.path().c_str(), O_TMPFILE | O_WRONLY, 0600);
  if (fd < 0) GTEST_SKIP() << "the file system takes no files without a name";
  close(fd);
  AtomicFile file(folder / "a");
  file.write(std::string(1 << 20, 'x'));
  EXPECT_TRUE(names_in(folder.path()).empty());
}

TEST(AtomicFile, WritersOfOneFileDoNotDisturbEachOther) {
  const TemporaryFolder folder;
  std::vector<std::jthread> writers;
  for (char letter = 'a'; letter < 'e'; ++letter)
    writers.emplace_back([&folder, letter] {
      for (int i = 0; i < 100; ++i) write_file(folder / "file", std::string(1000, letter));
    });
  writers.clear();
  const std::string got = read_all(folder / "file");
  EXPECT_EQ(got, std::string(1000, got[0]));
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"file"});
}

TEST(AtomicFile, ACopyKeepsTheTimeAndIsAsPrivateAsTheOriginal) {
  const TemporaryFolder folder;
  const mode_t before = umask(022);
  for (const auto& [mode, expected] :
       {std::pair(0100600, 0600u), {0100444, 0644u}, {0106777, 0644u}, {0100200, 0600u}}) {
    write_file(folder / "copy", "x", CopiedFrom{static_cast<mode_t>(mode), {1'000'000'000, 123'456'789}});
    struct stat info {};
    ASSERT_EQ(stat((folder / "copy").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, expected);
    EXPECT_EQ(info.st_mtim.tv_sec, 1'000'000'000);
    EXPECT_EQ(info.st_mtim.tv_nsec, 123'456'789);
  }
  umask(before);
}

TEST(CutTo, NeverCutsALetter) {
  EXPECT_EQ(cut_to("abc", 3), "abc");
  EXPECT_EQ(cut_to("abc", 2), "ab");
  EXPECT_EQ(cut_to("a\xc3\xa4", 2), "a");
  EXPECT_EQ(cut_to("\xe2\x98\x83\xe2\x98\x83", 5), "\xe2\x98\x83");
  EXPECT_EQ(cut_to("\xf0\x9f\x90\xb1", 3), "");
}

TEST(AtomicFile, RefusesAFolderAndAMissingOne) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of<Error>([&] { write_file(folder.path(), "x"); }),
            in_quotes(folder.path().native()) + ": expected a file to write, got a folder");
  EXPECT_EQ(message_of<Error>([&] { write_file(folder / "no" / "a", "x"); }),
            in_quotes((folder / "no" / "a").native()) + ": cannot be written: No such file or directory");
}

TEST(OutputFolder, IsMadeWithThoseAboveIt) {
  const TemporaryFolder folder;
  make_output_folder(folder / "a" / "b");
  make_output_folder(folder / "a" / "b");
  EXPECT_TRUE(fs::is_directory(folder / "a" / "b"));
}

TEST(OutputFolder, RefusesAFile) {
  const TemporaryFolder folder;
  const auto file = folder.write("a", "x");
  EXPECT_NE(message_of<Error>([&] { make_output_folder(file); }).find("expected a folder to write to"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] { make_output_folder(file / "b"); }).find("expected a folder to write to"),
            std::string::npos);
}

// FIPS 180-4's examples.
TEST(Sha256, IsThatOfTheStandard) {
  EXPECT_EQ(sha256("abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("").hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, DoesNotDependOnHowTheBytesAreAdded) {
  EXPECT_EQ(Sha256Stream().add("a").add("").add("bc").finish(), sha256("abc"));
}

TEST(InQuotes, MakesControlsQuotesAndBackslashesVisible) {
  EXPECT_EQ(in_quotes("it's\n\x1b[1m\\"), R"('it\'s\x0a\x1b[1m\\')");
}

}  // namespace
}  // namespace pawprint
