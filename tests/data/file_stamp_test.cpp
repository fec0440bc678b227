#include "app/data/file_stamp.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <limits>

#include "tests/support/shared.h"

namespace pawprint {
namespace {

using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr int64_t kSecondNs = 1'000'000'000;

void set_modified(const fs::path& path, int64_t seconds) {
  const timespec times[2] = {{0, UTIME_OMIT}, {seconds, 7}};
  ASSERT_EQ(utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

TEST(FileStamp, IsWhatTheFileSystemSays) {
  const TemporaryFolder folder;
  const auto path = folder.write("a.jpg", "12345");
  set_modified(path, 1'000'000);
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  const auto stamp = file_stamp(path);
  ASSERT_TRUE(stamp);
  EXPECT_EQ(stamp->device, info.st_dev);
  EXPECT_EQ(stamp->inode, info.st_ino);
  EXPECT_EQ(stamp->size_bytes, 5u);
  EXPECT_EQ(stamp->modified_ns, 1'000'000 * kSecondNs + 7);
  EXPECT_EQ(stamp->changed_ns, info.st_ctim.tv_sec * kSecondNs + info.st_ctim.tv_nsec);
}

TEST(FileStamp, IsTheSameWhileTheFileIs) {
  const TemporaryFolder folder;
  const auto path = folder.write("a.jpg", "12345");
  fs::create_symlink("a.jpg", folder / "link");
  EXPECT_EQ(file_stamp(path), file_stamp(path));
  EXPECT_EQ(file_stamp(path), file_stamp(folder / "link"));
}

TEST(FileStamp, ChangesWhenTheFileIsTouchedAppendedOrReplaced) {
  const TemporaryFolder folder;
  const auto path = folder.write("a.jpg", "12345");
  set_modified(path, 1);
  const auto first = file_stamp(path);
  set_modified(path, 2);
  const auto touched = file_stamp(path);
  EXPECT_NE(first, touched);
  std::ofstream(path, std::ios::app) << '6';
  set_modified(path, 2);
  const auto appended = file_stamp(path);
  EXPECT_NE(touched, appended);
  set_modified(folder.write("b.jpg", "123456"), 2);
  fs::rename(folder / "b.jpg", path);
  EXPECT_NE(appended, file_stamp(path));
}

TEST(FileStamp, IsEmptyForWhatIsNoRegularFile) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
  fs::create_symlink("loop", folder / "loop");
  EXPECT_FALSE(file_stamp(folder / "missing"));
  EXPECT_FALSE(file_stamp(folder / "fifo"));
  EXPECT_FALSE(file_stamp(folder / "loop"));
  EXPECT_FALSE(file_stamp(folder.path()));
  EXPECT_FALSE(file_stamp("/dev/null"));
}

TEST(FileStamp, KeyTellsEveryFieldApart) {
  const FileStamp stamp{1, 2, 3, 4, 5};
  EXPECT_EQ(stamp.key().size(), FileStamp::kKeyBytes);
  EXPECT_EQ(stamp.key(), (FileStamp{1, 2, 3, 4, 5}).key());
  for (const FileStamp& other :
       {FileStamp{9, 2, 3, 4, 5}, {1, 9, 3, 4, 5}, {1, 2, 9, 4, 5}, {1, 2, 3, 9, 5}, {1, 2, 3, 4, 9}})
    EXPECT_NE(stamp.key(), other.key());
}

TEST(FileStamp, IsSettledWhenBothTimesAreMoreThanTwoSecondsOld) {
  const int64_t old = 10 * kSecondNs, now = 20 * kSecondNs, edge = 18 * kSecondNs;
  EXPECT_TRUE(settled({1, 1, 1, old, old}, now));
  EXPECT_TRUE(settled({1, 1, 1, edge - 1, edge - 1}, now));
  EXPECT_FALSE(settled({1, 1, 1, edge, old}, now));
  EXPECT_FALSE(settled({1, 1, 1, old, edge}, now));
  EXPECT_FALSE(settled({1, 1, 1, 2 * now, old}, now));  // a time in the future
}

TEST(FileStamp, OfAFileWrittenNowIsNotSettled) {
  const TemporaryFolder folder;
  const auto path = folder.write("a.jpg", "12345");
  set_modified(path, 1);  // old content by its own account, as after `cp -p`
  const int64_t now = now_ns();
  EXPECT_FALSE(settled(*file_stamp(path), now));
  EXPECT_TRUE(settled(*file_stamp(path), now + 5 * kSecondNs));
}

TEST(FileStamp, TimesTooFarForTheirFieldAreNeverSettled) {
  const TemporaryFolder folder;
  const auto path = folder.write("a.jpg", "12345");
  set_modified(path, 10'000'000'000);  // the year 2286; some file systems store an earlier one
  const auto stamp = file_stamp(path);
  ASSERT_TRUE(stamp);
  EXPECT_FALSE(settled(*stamp, now_ns()));
  EXPECT_FALSE(settled({1, 1, 1, std::numeric_limits<int64_t>::max(), 1}, now_ns()));
}

}  // namespace
}  // namespace pawprint
