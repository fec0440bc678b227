#include "app/data/record_folder.h"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>

#include "tests/support/process.h"
#include "tests/support/records.h"

namespace pawprint {
namespace {

using namespace testing;
namespace fs = std::filesystem;

TEST(EvictOldest, DeletesTheLeastRecentlyUsedFirst) {
  const TemporaryFolder folder;
  const auto now = fs::file_time_type::clock::now();
  for (int i = 0; i < 4; ++i) {
    const std::string name(1, "cadb"[i]);  // c is the oldest, then a, d and b
    fs::last_write_time(folder.write(name + ".records", std::string(100, 'x')), now - std::chrono::hours(9 - i));
  }
  fs::last_write_time(folder.write("photo.jpg", std::string(100, 'x')), now - std::chrono::hours(99));
  EXPECT_EQ(evict_oldest(folder.path(), 400), 400u);
  EXPECT_EQ(evict_oldest(folder.path(), 399), 300u);
  EXPECT_FALSE(fs::exists(folder / "c.records"));
  EXPECT_EQ(evict_oldest(folder.path(), 100), 100u);
  EXPECT_TRUE(fs::exists(folder / "b.records"));
  EXPECT_EQ(evict_oldest(folder.path(), 0), 0u);
  EXPECT_TRUE(fs::exists(folder / "photo.jpg"));
  EXPECT_EQ(evict_oldest(folder / "missing", 0), 0u);
}

TEST(EvictOldest, TakesAFileThatWasReadForAUsedOne) {
  const SmallFile small;
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(small.path, now - std::chrono::hours(9));
  fs::last_write_time(small.folder.write("z.records", "unused"), now - std::chrono::hours(5));
  { const RecordStore of_another_kind(small.folder.path(), {"small", "view=2", 4, 8}, kPlenty); }
  EXPECT_LT(fs::last_write_time(small.path), now - std::chrono::hours(8));
  { const RecordStore store(small.folder.path(), kSmall, kPlenty); }
  EXPECT_EQ(evict_oldest(small.folder.path(), small.bytes.size()), small.bytes.size());
  EXPECT_TRUE(fs::exists(small.path));
}

TEST(EvictOldest, KeepsAFileThatIsBeingWritten) {
  const TemporaryFolder folder;
  {
    RecordStore store(folder.path(), kSmall, kPlenty);
    add(store, 0, 3);
    const auto path = files_in(folder.path()).at(0);
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(9));
    folder.write("z.records", "idle");
    EXPECT_EQ(evict_oldest(folder.path(), 0), fs::file_size(path));
    const pid_t other = start_process([&] { return evict_oldest(folder.path(), 0) > 0 ? 0 : 1; });
    EXPECT_EQ(end_of_process(other), 0);
    EXPECT_EQ(files_in(folder.path()), std::vector<fs::path>{path});
  }
  EXPECT_EQ(evict_oldest(folder.path(), 0), 0u);
}

TEST(EvictOldest, DoesNotTakeAnotherThatEvictsForAWriter) {
  const SmallFile small;
  const int descriptor = open_record_file(small.path);
  ASSERT_EQ(flock(descriptor, LOCK_SH | LOCK_NB), 0);  // as the other has it just before it deletes the file
  EXPECT_EQ(evict_oldest(small.folder.path(), 0), 0u);
  close(descriptor);
}

TEST(EvictOldest, ProcessesEvictAtOnce) {
  const TemporaryFolder folder;
  for (int i = 0; i < 400; ++i) folder.write(std::to_string(i) + ".records", "0123456789");
  std::vector<pid_t> processes;
  for (int i = 0; i < 4; ++i)
    processes.push_back(start_process([&] { return evict_oldest(folder.path(), 1000) <= 1000 ? 0 : 1; }));
  for (const pid_t process : processes) EXPECT_EQ(end_of_process(process), 0);
  EXPECT_EQ(bytes_in(folder.path()), 1000u);
}

}  // namespace
}  // namespace pawprint
