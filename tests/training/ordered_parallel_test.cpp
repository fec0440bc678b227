#include "app/training/ordered_parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "app/training/cores.h"

namespace pawprint {
namespace {

auto numbers(int64_t count) {
  return [count, i = int64_t{0}]() mutable -> std::optional<int64_t> {
    return i < count ? std::optional(i++) : std::nullopt;
  };
}

TEST(OrderedParallel, ResultsComeInTheItemsOrder) {
  for (const int64_t workers : {1, 2, 7}) {
    std::vector<int64_t> results;
    ordered_parallel(
        workers, numbers(500), [](int64_t i) { return i * i; }, [&](int64_t r) { results.push_back(r); });
    ASSERT_EQ(results.size(), 500U);
    for (int64_t i = 0; i < 500; ++i) EXPECT_EQ(results[i], i * i);
  }
}

TEST(OrderedParallel, NothingToDoIsDone) {
  int64_t calls = 0;
  ordered_parallel(
      3, numbers(0), [](int64_t i) { return i; }, [&](int64_t) { ++calls; });
  EXPECT_EQ(calls, 0);
}

TEST(OrderedParallel, FewItemsAreUnderWay) {
  std::atomic<int64_t> under_way{0}, most{0};
  ordered_parallel(
      2, numbers(200),
      [&](int64_t i) {
        const int64_t now = ++under_way;
        int64_t seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) {
        }
        return i;
      },
      [&](int64_t) { --under_way; });
  EXPECT_LE(most, 3 * 2 + 1);
}

TEST(OrderedParallel, ExceptionOfAnyPartEndsIt) {
  struct Oops : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto sink = [](int64_t) {};
  const auto work = [](int64_t i) { return i; };
  EXPECT_THROW(ordered_parallel(
                   3, numbers(1000), [](int64_t i) { return i == 30 ? throw Oops("work") : i; }, sink),
               Oops);
  EXPECT_THROW(ordered_parallel(3, numbers(1000), work,
                                [](int64_t i) {
                                  if (i == 30) throw Oops("sink");
                                }),
               Oops);
  EXPECT_THROW(ordered_parallel(
                   3, []() -> std::optional<int64_t> { throw Oops("next"); }, work, sink),
               Oops);
}

TEST(AvailableCores, IsAtLeastOne) { EXPECT_GE(available_cores(), 1); }

}  // namespace
}  // namespace pawprint
