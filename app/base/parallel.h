#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/base/progress.h"

namespace pawprint {

struct Workers {
  int64_t count = 1;
  std::function<void()> begin = {};  // what each thread does first; may be empty
};

// next() -> std::optional<Item>   one item after the other, from one thread at a time; empty ends the work
// work(Item) -> Result            in the workers' threads
// sink(Result)                    in the items' order, on the calling thread
// At most a few items per worker are under way, so memory does not grow with their number. The first exception of any
// of the three ends the work and is thrown here.
template <class Next, class Work, class Sink>
void parallel_stream(const Workers& workers, Next next, Work work, Sink sink) {
  using Item = typename decltype(next())::value_type;
  using Result = decltype(work(std::declval<Item>()));
  struct {
    std::mutex source_lock, lock;
    std::condition_variable changed;
    std::map<int64_t, Result> finished;
    int64_t taken = 0, emitted = 0;
    bool exhausted = false, stop = false;
    std::exception_ptr error;
  } state;
  const int64_t most_under_way = 3 * workers.count;

  // Returns the item and its number, or nothing when the work is over.
  const auto take = [&]() -> std::optional<std::pair<int64_t, Item>> {
    const std::lock_guard source(state.source_lock);
    {
      std::unique_lock guard(state.lock);
      state.changed.wait(guard,
                         [&] { return state.stop || state.exhausted || state.taken - state.emitted < most_under_way; });
      if (state.stop || state.exhausted) return std::nullopt;
    }
    auto item = next();  // may wait for input: results go on being handed over meanwhile
    const std::lock_guard guard(state.lock);
    if (!item) {
      state.exhausted = true;
      state.changed.notify_all();
      return std::nullopt;
    }
    return std::pair<int64_t, Item>(state.taken++, std::move(*item));
  };
  const auto fail = [&] {
    const std::lock_guard guard(state.lock);
    if (!state.error) state.error = std::current_exception();
    state.stop = true;
    state.changed.notify_all();
  };
  const auto run_worker = [&] {
    try {
      if (workers.begin) workers.begin();
      while (auto item = take()) {
        Result result = work(std::move(item->second));
        const std::lock_guard guard(state.lock);
        state.finished.emplace(item->first, std::move(result));
        state.changed.notify_all();
      }
    } catch (...) {
      fail();
    }
  };

  std::vector<std::jthread> threads;
  try {
    for (int64_t i = 0; i < workers.count; ++i) threads.emplace_back(run_worker);
    std::unique_lock guard(state.lock);
    while (true) {
      state.changed.wait(guard, [&] {
        return state.stop || state.finished.contains(state.emitted) ||
               (state.exhausted && state.emitted == state.taken);
      });
      if (state.stop || !state.finished.contains(state.emitted)) break;
      auto result = std::move(state.finished.extract(state.emitted).mapped());
      ++state.emitted;
      state.changed.notify_all();
      guard.unlock();
      sink(std::move(result));
      guard.lock();
    }
  } catch (...) {
    fail();
  }
  threads.clear();  // joins
  if (state.error) std::rethrow_exception(state.error);
}

// The numbers 0..total-1 in ranges of `length` (the last may be shorter): work(first, count) -> Result in the workers'
// threads, sink(Result) in order on the calling thread. No more threads than ranges.
template <class Work, class Sink>
void parallel_ranges(Workers workers, int64_t total, int64_t length, Work work, Sink sink,
                     const Progress& progress = {}) {
  workers.count = std::clamp<int64_t>((total + length - 1) / length, 1, std::max<int64_t>(1, workers.count));
  int64_t next = 0, done = 0;
  parallel_stream(
      workers,
      [&]() -> std::optional<int64_t> {
        return next < total ? std::optional(std::exchange(next, next + length)) : std::nullopt;
      },
      [&](int64_t first) { return work(first, std::min(length, total - first)); },
      [&](auto result) {
        sink(std::move(result));
        done = std::min(done + length, total);
        if (progress) progress(done, total);
      });
}

// work(i) -> Result for each of 0..total-1, sink(Result) in order.
template <class Work, class Sink>
void parallel_for(const Workers& workers, int64_t total, Work work, Sink sink, const Progress& progress = {}) {
  parallel_ranges(
      workers, total, 1, [&](int64_t i, int64_t) { return work(i); }, sink, progress);
}

// The same for work that returns nothing.
template <class Work>
void parallel_for(const Workers& workers, int64_t total, Work work, const Progress& progress = {}) {
  struct Done {};
  parallel_for(
      workers, total,
      [&](int64_t i) {
        work(i);
        return Done();
      },
      [](Done) {}, progress);
}

}  // namespace pawprint
