#include "app/base/parallel.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <system_error>

#include "app/base/cores.h"
#include "app/base/worker_team.h"
#include "tests/support/process.h"

#if defined(__clang__)  // GCC defines macros instead
#define PAWPRINT_CLANG_SANITIZES (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define PAWPRINT_CLANG_SANITIZES 0
#endif

namespace pawprint {
namespace {

auto numbers(int64_t count) {
  return [count, i = int64_t{0}]() mutable -> std::optional<int64_t> {
    return i < count ? std::optional(i++) : std::nullopt;
  };
}

TEST(ParallelStream, ResultsComeInTheItemsOrder) {
  for (const int64_t workers : {1, 2, 7}) {
    std::vector<int64_t> results;
    parallel_stream(
        Workers{workers}, numbers(500), [](int64_t i) { return i * i; }, [&](int64_t r) { results.push_back(r); });
    ASSERT_EQ(results.size(), 500U);
    for (int64_t i = 0; i < 500; ++i) EXPECT_EQ(results[i], i * i);
  }
}

TEST(ParallelStream, NothingToDoIsDone) {
  int64_t calls = 0;
  parallel_stream(
      Workers{3}, numbers(0), [](int64_t i) { return i; }, [&](int64_t) { ++calls; });
  EXPECT_EQ(calls, 0);
}

TEST(ParallelStream, FewItemsAreUnderWay) {
  std::atomic<int64_t> under_way{0}, max{0};
  parallel_stream(
      Workers{2}, numbers(200),
      [&](int64_t i) {
        const int64_t now = ++under_way;
        int64_t seen = max;
        while (seen < now && !max.compare_exchange_weak(seen, now)) {
        }
        return i;
      },
      [&](int64_t) { --under_way; });
  EXPECT_LE(max, 3 * 2 + 1);
}

TEST(ParallelStream, ExceptionOfAnyPartEndsIt) {
  struct Oops : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto sink = [](int64_t) {};
  const auto work = [](int64_t i) { return i; };
  EXPECT_THROW(parallel_stream(
                   Workers{3}, numbers(1000), [](int64_t i) { return i == 30 ? throw Oops("work") : i; }, sink),
               Oops);
  EXPECT_THROW(parallel_stream(Workers{3}, numbers(1000), work,
                               [](int64_t i) {
                                 if (i == 30) throw Oops("sink");
                               }),
               Oops);
  EXPECT_THROW(parallel_stream(
                   Workers{3}, []() -> std::optional<int64_t> { throw Oops("next"); }, work, sink),
               Oops);
}

TEST(ParallelStream, EachThreadBeginsAsItIsTold) {
  std::atomic<int> begun{0};
  parallel_stream(
      Workers{3, [&] { ++begun; }}, numbers(10), [](int64_t i) { return i; }, [](int64_t) {});
  EXPECT_EQ(begun, 3);
}

TEST(ParallelRanges, CoverEachNumberOnceInOrderAndTellProgress) {
  for (const int64_t total : {0, 1, 9, 10}) {
    std::vector<int64_t> seen, told;
    parallel_ranges(
        Workers{4}, total, 3, [](int64_t first, int64_t count) { return std::pair(first, count); },
        [&](std::pair<int64_t, int64_t> range) {
          for (int64_t i = 0; i < range.second; ++i) seen.push_back(range.first + i);
        },
        [&](int64_t done, int64_t of) {
          EXPECT_EQ(of, total);
          told.push_back(done);
        });
    std::vector<int64_t> all(static_cast<size_t>(total));
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(seen, all);
    EXPECT_EQ(static_cast<int64_t>(told.size()), (total + 2) / 3);
    if (total > 0) {
      EXPECT_EQ(told.back(), total);
    }
  }
}

TEST(ParallelFor, NoMoreThreadsThanItems) {
  std::atomic<int> begun{0};
  std::vector<int64_t> squares;
  parallel_for(
      Workers{8, [&] { ++begun; }}, 2, [](int64_t i) { return i * i; }, [&](int64_t r) { squares.push_back(r); });
  EXPECT_EQ(squares, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(begun, 2);
  std::atomic<int64_t> sum{0};
  parallel_for(Workers{3}, 5, [&](int64_t i) { sum += i; });
  EXPECT_EQ(sum, 10);
  EXPECT_THROW(parallel_for(Workers{3}, 5,
                            [](int64_t i) {
                              if (i == 4) throw std::runtime_error("4");
                            }),
               std::runtime_error);
}

// In a process of its own, whose address space has no room for a thread's stack.
TEST(WorkerTeam, ThatCannotBeStartedIsAnError) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || PAWPRINT_CLANG_SANITIZES
  GTEST_SKIP() << "a sanitizer needs the addresses for itself";
#endif
  const pid_t child = testing::start_process([] {
    const rlimit space{1'000'000'000, 1'000'000'000};
    setrlimit(RLIMIT_AS, &space);
    alarm(60);  // instead of waiting for ever
    try {
      WorkerTeam team(Workers{1000});
    } catch (const std::system_error&) {
      return 7;
    }
    return 8;
  });
  EXPECT_EQ(testing::end_of_process(child), 7);
}

TEST(AvailableCores, IsAtLeastOne) { EXPECT_GE(available_cores(), 1); }

}  // namespace
}  // namespace pawprint
