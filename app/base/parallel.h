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
#include <type_traits>
#include <utility>
#include <vector>

#include "app/base/progress.h"

namespace pawprint {

struct Workers {
  int64_t count = 1;
  std::function<void()> begin = {};  // what each thread does first; may be empty
};

// The state of parallel_stream().
template <class Next, class Work>
class WorkStream {
 public:
  using Item = typename std::invoke_result_t<Next>::value_type;
  using Result = std::invoke_result_t<Work, Item>;

  WorkStream(const Workers& workers, Next& next, Work& work) : workers_(workers), next_(next), work_(work) {}

  void run_worker() {
    try {
      if (workers_.begin) workers_.begin();
      while (auto item = take()) {
        Result result = work_(std::move(item->second));
        const std::lock_guard guard(lock_);
        finished_.emplace(item->first, std::move(result));
        changed_.notify_all();
      }
    } catch (...) {
      fail();
    }
  }

  // The results in order; nothing when the work is over.
  std::optional<Result> next_result() {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [&] { return stop_ || finished_.contains(emitted_) || (exhausted_ && emitted_ == taken_); });
    if (stop_ || !finished_.contains(emitted_)) return std::nullopt;
    auto result = std::move(finished_.extract(emitted_++).mapped());
    changed_.notify_all();
    return result;
  }

  // The exception under way ends the work.
  void fail() {
    const std::lock_guard guard(lock_);
    if (!error_) error_ = std::current_exception();
    stop_ = true;
    changed_.notify_all();
  }

  void rethrow_error() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  // An item and its number, or nothing when the work is over.
  std::optional<std::pair<int64_t, Item>> take() {
    const std::lock_guard source(source_lock_);
    {
      std::unique_lock guard(lock_);
      changed_.wait(guard, [&] { return stop_ || exhausted_ || taken_ - emitted_ < 3 * workers_.count; });
      if (stop_ || exhausted_) return std::nullopt;
    }
    auto item = next_();  // may wait for input: results go on being handed over meanwhile
    const std::lock_guard guard(lock_);
    if (!item) {
      exhausted_ = true;
      changed_.notify_all();
      return std::nullopt;
    }
    return std::pair<int64_t, Item>(taken_++, std::move(*item));
  }

  const Workers& workers_;
  Next& next_;
  Work& work_;
  std::mutex source_lock_, lock_;
  std::condition_variable changed_;
  std::map<int64_t, Result> finished_;
  int64_t taken_ = 0, emitted_ = 0;
  bool exhausted_ = false, stop_ = false;
  std::exception_ptr error_;
};

// next() -> std::optional<Item>   one item after the other, from one thread at a time; empty ends the work
// work(Item) -> Result            in the workers' threads
// sink(Result)                    in the items' order, on the calling thread
// At most a few items per worker are under way, so memory does not grow with their number. The first exception of any
// of the three ends the work and is thrown here.
template <class Next, class Work, class Sink>
void parallel_stream(const Workers& workers, Next next, Work work, Sink sink) {
  WorkStream<Next, Work> stream(workers, next, work);
  std::vector<std::jthread> threads;
  try {
    for (int64_t i = 0; i < workers.count; ++i) threads.emplace_back([&] { stream.run_worker(); });
    while (auto result = stream.next_result()) sink(std::move(*result));
  } catch (...) {
    stream.fail();
  }
  threads.clear();  // joins
  stream.rethrow_error();
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
