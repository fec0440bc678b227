// What may befall a RecordStore.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <random>

#include "app/data/record_folder.h"
#include "app/data/record_store.h"
#include "tests/support/process.h"
#include "tests/support/records.h"

namespace pawprint {
namespace {

using namespace testing;
namespace fs = std::filesystem;

// Whatever is acknowledged before the process is killed is there afterwards; the rest is there or not, but never wrong.
TEST(RecordStore, SurvivesAKillAtAnyMoment) {
  const TemporaryFolder folder;
  const RecordKind kind{"k", "", 4, 3000};
  std::mt19937 random(1);
  uint32_t first = 0;
  for (int round = 0; round < 60; ++round) {
    int acknowledged[2];
    ASSERT_EQ(pipe(acknowledged), 0);
    const pid_t child = start_process([&] {
      close(acknowledged[0]);
      RecordStore store(folder.path(), kind, kPlenty);
      for (uint32_t i = first;; ++i) {
        add(store, i, i + 1, kind.value_bytes);
        if (write(acknowledged[1], "+", 1) != 1) return 1;
      }
    });
    close(acknowledged[1]);
    const uint32_t min = random() % 40;
    for (uint32_t i = 0; i < min; ++i) {
      char byte = 0;
      ASSERT_EQ(read(acknowledged[0], &byte, 1), 1);
    }
    for (volatile uint32_t spin = random() % 20'000; spin > 0;) spin = spin - 1;  // to somewhere within a record
    kill(child, SIGKILL);
    EXPECT_EQ(end_of_process(child), -SIGKILL);
    close(acknowledged[0]);

    RecordStore store(folder.path(), kind, kPlenty);
    ASSERT_GE(right_ones(store, first, first + min, kind.value_bytes), min);
    right_ones(store, first + min, first + min + 1000, kind.value_bytes);
    first += 100'000;
    add(store, first, first + 1, kind.value_bytes);
    EXPECT_EQ(look(store, first, kind.value_bytes), Found::kRight);
    EXPECT_EQ(store.problem(), "");
    ++first;
  }
}

TEST(RecordStore, NoFlippedBitYieldsAWrongValue) {
  const SmallFile small;
  for (size_t bit = 0; bit < small.bytes.size() * 8; ++bit) {
    std::string damaged = small.bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    write_over(small.path, damaged);
    EXPECT_EQ(small.found(), bit / 8 < small.header_bytes ? 0u : 2u) << bit;
  }
}

TEST(RecordStore, ReadsTheWholeRecordsOfATruncatedFile) {
  const SmallFile small;
  for (size_t bytes = 0; bytes <= small.bytes.size(); ++bytes) {
    write_over(small.path, std::string_view(small.bytes).substr(0, bytes));
    EXPECT_EQ(small.found(), bytes < small.header_bytes ? 0 : (bytes - small.header_bytes) / 20) << bytes;
  }
}

TEST(RecordStore, IgnoresRecordsThatAPowerCutLeftEmpty) {
  const SmallFile small;
  write_over(small.path, small.bytes.substr(0, small.header_bytes + 20) + std::string(40, '\0'));
  EXPECT_EQ(small.found(), 1u);
}

TEST(RecordStore, StoresADamagedRecordAgain) {
  const SmallFile small;
  std::string damaged = small.bytes;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);  // of record 2
  write_over(small.path, damaged);
  {
    RecordStore store(small.folder.path(), kSmall, kPlenty);
    EXPECT_EQ(look(store, 2), Found::kNothing);
    add(store, 0, 3);
    EXPECT_EQ(store.size(), 4u);
    EXPECT_EQ(look(store, 2), Found::kRight);
  }
  EXPECT_EQ(small.found(), 3u);
}

// The value of another key under this key, with the checksum of the other.
TEST(RecordStore, IgnoresAValueThatBelongsToAnotherKey) {
  const SmallFile small;
  std::string swapped = small.bytes;
  swapped.replace(small.header_bytes + 4, 16, small.bytes, small.header_bytes + 24, 16);
  write_over(small.path, swapped);
  EXPECT_EQ(small.found(), 2u);
}

// Even under the name of a file of the other kind, with or without its header.
TEST(RecordStore, IgnoresRecordsCopiedFromAnotherKind) {
  const SmallFile small;
  const TemporaryFolder folder;
  {
    RecordStore store(folder.path(), {"small", "view=2", 4, 8}, kPlenty);
    add(store, 7, 8);
  }
  const auto path = files_in(folder.path()).at(0);
  const auto theirs = read_all(path);
  write_over(path, small.bytes);
  EXPECT_EQ(right_ones(RecordStore(folder.path(), {"small", "view=2", 4, 8}, kPlenty), 0, 3), 0u);
  write_over(path, theirs + small.bytes.substr(small.header_bytes));
  const RecordStore store(folder.path(), {"small", "view=2", 4, 8}, kPlenty);
  EXPECT_EQ(store.size(), 4u);
  EXPECT_EQ(right_ones(store, 0, 3), 0u);
  EXPECT_EQ(look(store, 7), Found::kRight);
}

TEST(RecordStore, IgnoresAFileOfAnotherVersionAndKeepsIt) {
  const SmallFile small;
  std::string newer = small.bytes;
  const size_t version = newer.find('\n') + 1;
  ASSERT_EQ(newer[version], 1);
  newer[version] = 2;
  write_over(small.path, newer);
  RecordStore store(small.folder.path(), kSmall, kPlenty);
  add(store, 0, 3);
  EXPECT_EQ(right_ones(store, 0, 3), 3u);
  EXPECT_EQ(read_all(small.path), newer);
}

TEST(RecordStore, IgnoresWhatIsNoRegularFile) {
  const SmallFile small;
  const auto twin = [&](char c) {
    std::string name = small.path.native();
    name[name.size() - 9] = c;
    return fs::path(name);
  };
  ASSERT_EQ(mkfifo(twin('+').c_str(), 0600), 0);
  fs::create_directory(twin('-'));
  fs::create_symlink(small.path, twin('='));
  EXPECT_EQ(RecordStore(small.folder.path(), kSmall, kPlenty).size(), 3u);
  EXPECT_EQ(evict_oldest(small.folder.path(), 0), 0u);
  EXPECT_TRUE(fs::is_directory(twin('-')) && fs::is_symlink(twin('=')) && fs::is_fifo(twin('+')));
}

TEST(RecordStore, GoesOnWithoutStoringWhereThereIsNoFolder) {
  const TemporaryFolder folder;
  const auto file = folder.write("file", "x");
  for (const auto& path : {file, file / "below"}) {
    RecordStore store(path, kSmall, kPlenty);
    add(store, 0, 3);
    EXPECT_EQ(right_ones(store, 0, 3), 0u);
    EXPECT_EQ(store.problem().rfind("'" + path.native() + "': expected a folder to store in, got: Not a directory", 0),
              0u)
        << store.problem();
  }
  RecordStore nameless("", kSmall, kPlenty);
  EXPECT_NE(nameless.problem(), "");
}

TEST(RecordStore, ReadsAFolderThatCannotBeWrittenTo) {
  const SmallFile small;
  fs::permissions(small.path, fs::perms(0444));
  fs::permissions(small.folder.path(), fs::perms(0555));
  const pid_t child = start_process([&] {
    if (geteuid() == 0 && setuid(65534) != 0) return 77;  // root may write everywhere
    RecordStore store(small.folder.path(), kSmall, kPlenty);
    if (store.problem() != "") return 1;
    add(store, 0, 5);
    if (right_ones(store, 0, 5) != 3) return 2;
    return store.problem().ends_with(": cannot be written to: Permission denied") ? 0 : 3;
  });
  const int status = end_of_process(child);
  fs::permissions(small.folder.path(), fs::perms(0700));
  if (status == 77) GTEST_SKIP() << "root that cannot become another user";
  EXPECT_EQ(status, 0);
}

TEST(RecordStore, GoesOnWithoutStoringWhenItsFolderVanishes) {
  const TemporaryFolder folder;
  RecordStore store(folder / "cache", kSmall, kPlenty);
  fs::remove_all(folder / "cache");
  add(store, 0, 3);
  EXPECT_EQ(right_ones(store, 0, 3), 0u);
  EXPECT_EQ(store.problem(), "'" + (folder / "cache").native() + "': cannot be written to: No such file or directory");
}

// A limit on the size of files stands for a full disk: a write comes to a stop within a record.
TEST(RecordStore, KeepsWhatItHasWhenTheDiskIsFull) {
  for (const rlim_t max : {rlim_t{0}, rlim_t{20}, rlim_t{1000}, rlim_t{1013}}) {
    const TemporaryFolder folder;
    const auto kept = [&](const RecordStore& store) { return right_ones(store, 0, 100); };
    const pid_t child = start_process([&] {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{max, max};
      if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 200;
      RecordStore store(folder.path(), kSmall, kPlenty);
      add(store, 0, 100);
      if (store.problem().find("cannot be written: File too large") == std::string::npos) return 201;
      return static_cast<int>(kept(store));
    });
    const int stored = end_of_process(child);
    EXPECT_LT(stored, 100);
    EXPECT_EQ(stored == 0, max < 100);
    EXPECT_EQ(files_in(folder.path()).size(), stored == 0 ? 0u : 1u);  // no file without a record is left behind
    EXPECT_EQ(kept(RecordStore(folder.path(), kSmall, kPlenty)), static_cast<uint32_t>(stored));
  }
}

}  // namespace
}  // namespace pawprint
