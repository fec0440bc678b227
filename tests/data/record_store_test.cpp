#include "app/data/record_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/process.h"
#include "tests/support/records.h"

namespace pawprint {
namespace {

using namespace testing;
namespace fs = std::filesystem;

TEST(RecordStore, FindsWhatWasAppended) {
  const TemporaryFolder folder;
  RecordStore store(folder.path(), kSmall, kPlenty);
  EXPECT_EQ(look(store, 1), Found::kNothing);
  add(store, 0, 100);
  EXPECT_EQ(right_ones(store, 0, 100), 100u);
  EXPECT_EQ(look(store, 100), Found::kNothing);
  EXPECT_EQ(store.size(), 100u);
  EXPECT_EQ(store.problem(), "");
}

TEST(RecordStore, FindsItAgainWhenOpenedAgain) {
  const TemporaryFolder folder;
  for (uint32_t i = 0; i < 5; ++i) {
    RecordStore store(folder.path(), kSmall, kPlenty);
    EXPECT_EQ(right_ones(store, 0, 5), i);
    add(store, i, i + 1);
  }
  EXPECT_EQ(files_in(folder.path()).size(), 5u);
}

TEST(RecordStore, HoldsLargeRecordsAndThoseThatFillBlocksUnevenly) {
  for (const size_t bytes : {size_t{1}, size_t{5000}, size_t{300'000}}) {
    const TemporaryFolder folder;
    const RecordKind kind{"k", "", 4, bytes};
    const uint32_t count = bytes == 1 ? 50'000 : 200;
    {
      RecordStore store(folder.path(), kind, kPlenty);
      add(store, 0, count, bytes);
    }
    const RecordStore store(folder.path(), kind, kPlenty);
    EXPECT_EQ(right_ones(store, 0, count, bytes), count);
  }
}

TEST(RecordStore, WritesNothingBeforeTheFirstAppend) {
  const TemporaryFolder folder;
  { const RecordStore store(folder / "cache", kSmall, kPlenty); }
  EXPECT_TRUE(fs::is_empty(folder / "cache"));
}

TEST(RecordStore, SkipsAKeyThatItHas) {
  const SmallFile small;
  RecordStore store(small.folder.path(), kSmall, kPlenty);
  add(store, 0, 3);
  EXPECT_EQ(store.size(), 3u);
  EXPECT_EQ(files_in(small.folder.path()).size(), 1u);
}

TEST(RecordStore, RefusesAKeyOfAnotherLength) {
  const TemporaryFolder folder;
  RecordStore store(folder.path(), kSmall, kPlenty);
  std::string value(8, '\0');
  EXPECT_THROW(store.find("12345", value.data()), std::invalid_argument);
  EXPECT_THROW(store.append("123", value.data()), std::invalid_argument);
}

TEST(RecordStore, TwoObjectsAtOnceKeepTheirOwnFiles) {
  const TemporaryFolder folder;
  {
    RecordStore one(folder.path(), kSmall, kPlenty), two(folder.path(), kSmall, kPlenty);
    for (uint32_t i = 0; i < 50; ++i) {
      add(one, i, i + 1);
      add(two, i + 25, i + 26);
    }
    EXPECT_EQ(right_ones(one, 0, 75), 50u);
    EXPECT_EQ(right_ones(two, 0, 75), 50u);
  }
  EXPECT_EQ(files_in(folder.path()).size(), 2u);
  const RecordStore store(folder.path(), kSmall, kPlenty);
  EXPECT_EQ(store.size(), 100u);  // 25 of them twice
  EXPECT_EQ(right_ones(store, 0, 75), 75u);
}

TEST(RecordStore, TwoProcessesWriteAtOnceAndBothReadEverything) {
  const TemporaryFolder folder;
  const auto writer = [&](uint32_t first) {
    return start_process([&folder, first] {
      RecordStore store(folder / "made" / "by" / "both", kSmall, kPlenty);
      add(store, first, first + 3000);
      return store.problem().empty() ? 0 : 1;
    });
  };
  const auto reader = [&] {
    return start_process([&] {
      return right_ones(RecordStore(folder / "made" / "by" / "both", kSmall, kPlenty), 0, 5000) == 5000 ? 0 : 1;
    });
  };
  const pid_t writers[] = {writer(0), writer(2000)};
  for (const pid_t process : writers) EXPECT_EQ(end_of_process(process), 0);
  const pid_t readers[] = {reader(), reader()};
  for (const pid_t process : readers) EXPECT_EQ(end_of_process(process), 0);
}

TEST(RecordStore, ThreadsFindWhileOneAppends) {
  const TemporaryFolder folder;
  RecordStore store(folder.path(), kSmall, 400'000);  // files of 50,000 bytes: four are begun on the way
  std::atomic<uint32_t> appended = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      while (appended < 8000) {
        const uint32_t known = appended;
        if (known > 0) {
          EXPECT_EQ(look(store, known - 1), Found::kRight);
          EXPECT_EQ(look(store, known / 2), Found::kRight);
        }
        EXPECT_EQ(look(store, 9000), Found::kNothing);
      }
    });
  for (uint32_t i = 0; i < 8000; ++i) {
    add(store, i, i + 1);
    appended = i + 1;
  }
  for (auto& reader : readers) reader.join();
}

TEST(RecordStore, KindsDoNotSeeEachOther) {
  const SmallFile small;
  for (const RecordKind& other :
       {RecordKind{"small", "view=2", 4, 8}, {"other", "view=1", 4, 8}, {"small", "view=1", 4, 7}}) {
    RecordStore store(small.folder.path(), other, kPlenty);
    EXPECT_EQ(right_ones(store, 0, 3, other.value_bytes), 0u);
    store.append(key_of(5), value_of(6, other.value_bytes).data());
  }
  EXPECT_EQ(small.found(), 3u);
  EXPECT_EQ(look(RecordStore(small.folder.path(), kSmall, kPlenty), 5), Found::kNothing);
}

TEST(RecordStore, ReadsFromMoreFilesThanItHoldsOpen) {
  const TemporaryFolder folder;
  for (uint32_t i = 0; i < 40; ++i) {
    RecordStore store(folder.path(), kSmall, kPlenty);
    add(store, i, i + 1);
  }
  EXPECT_EQ(files_in(folder.path()).size(), 40u);
  const RecordStore store(folder.path(), kSmall, kPlenty);
  EXPECT_EQ(right_ones(store, 0, 40), 40u);
  // Those that are held open stay readable.
  for (const auto& path : files_in(folder.path())) fs::remove(path);
  EXPECT_EQ(right_ones(store, 0, 40), 16u);
}

TEST(RecordStore, ReadsAFileThatIsEvictedMeanwhile) {
  const SmallFile small;
  const RecordStore store(small.folder.path(), kSmall, kPlenty);
  EXPECT_EQ(evict_oldest(small.folder.path(), 0), 0u);
  EXPECT_TRUE(files_in(small.folder.path()).empty());
  EXPECT_EQ(right_ones(store, 0, 3), 3u);
  EXPECT_EQ(small.found(), 0u);
}

TEST(RecordStore, StaysWithinItsLimit) {
  const TemporaryFolder folder;
  const uint64_t limit = 8000;  // files of at most 1000 bytes
  {
    RecordStore store(folder.path(), kSmall, limit);
    for (uint32_t i = 0; i < 2000; ++i) {
      add(store, i, i + 1);
      ASSERT_LE(bytes_in(folder.path()), limit + 1000);
    }
    EXPECT_EQ(store.problem(), "");
  }
  EXPECT_LE(bytes_in(folder.path()), limit);
  EXPECT_GE(files_in(folder.path()).size(), 7u);
  const RecordStore store(folder.path(), kSmall, limit);
  EXPECT_EQ(right_ones(store, 2000 - store.size(), 2000), store.size());  // the newest are left
}

TEST(RecordStore, RefusesARecordLargerThanTheLimit) {
  const SmallFile small;
  const uint64_t min = small.header_bytes + 20;
  for (const uint64_t limit : {uint64_t{0}, min - 1}) {
    RecordStore store(small.folder.path(), kSmall, limit);
    add(store, 0, 10);
    EXPECT_EQ(right_ones(store, 0, 10), 3u);
    EXPECT_NE(store.problem().find("expected a limit of at least " + std::to_string(min)), std::string::npos);
  }
  {
    RecordStore store(small.folder.path(), kSmall, min);
    add(store, 0, 10);
    EXPECT_EQ(store.problem(), "");
  }
  EXPECT_EQ(bytes_in(small.folder.path()), min);  // a single one
}

TEST(RecordStore, MakesPrivateFolders) {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0755));
  const RecordStore store(folder / "a" / "b" / "", kSmall, kPlenty);
  EXPECT_EQ(store.problem(), "");
  EXPECT_EQ(fs::status(folder / "a").permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(folder / "a" / "b").permissions(), fs::perms(0700));
  EXPECT_EQ(fs::status(folder.path()).permissions(), fs::perms(0755));
}

}  // namespace
}  // namespace pawprint
