#pragma once

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "app/training/runtime.h"

namespace pawprint {

// next() -> std::optional<Item>   one item after the other, from one thread at a time; empty ends the work
// work(Item) -> Result            in `workers` threads
// sink(Result)                    in the items' order, on the calling thread
// At most a few items per worker are under way, so memory does not grow with their number. The first exception of any
// of the three ends the work and is thrown here.
template <class Next, class Work, class Sink>
void ordered_parallel(int64_t workers, Next next, Work work, Sink sink) {
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
  const int64_t most_under_way = 3 * workers;

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
      use_single_threaded_math_in_worker();
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
    for (int64_t i = 0; i < workers; ++i) threads.emplace_back(run_worker);
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

}  // namespace pawprint
