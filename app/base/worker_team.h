#pragma once

#include <barrier>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "app/base/parallel.h"

namespace pawprint {

// Threads that live on between short pieces of work (parallel_stream starts its own for each): each gradient step of a
// training is two such pieces of a few milliseconds.
class WorkerTeam {
 public:
  explicit WorkerTeam(Workers workers) : begin_(std::move(workers.begin)), gate_(workers.count + 1) {
    try {
      for (int64_t i = 0; i < workers.count; ++i) threads_.emplace_back([this, i] { serve(i); });
    } catch (...) {  // those that are there wait for all: for this thread and the missing ones
      for (int64_t missing = workers.count + 1 - size(); missing > 0; --missing) gate_.arrive_and_drop();
      throw;
    }
  }
  WorkerTeam(const WorkerTeam&) = delete;
  WorkerTeam& operator=(const WorkerTeam&) = delete;
  ~WorkerTeam() {
    work_ = nullptr;
    gate_.arrive_and_wait();
  }

  int64_t size() const { return static_cast<int64_t>(threads_.size()); }

  // work(0) .. work(size - 1), one each; returns when all are done and throws what one of them threw.
  void run(std::function<void(int64_t worker)> work) {
    work_ = std::move(work);
    gate_.arrive_and_wait();
    gate_.arrive_and_wait();
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

  // each(0) .. each(count - 1), dealt out in turn: which worker does an item depends on nothing but the numbers.
  void for_each(int64_t count, const std::function<void(int64_t item)>& each) {
    run([&](int64_t worker) {
      for (int64_t item = worker; item < count; item += size()) each(item);
    });
  }

 private:
  void serve(int64_t worker) {
    if (begin_) begin_();
    while (true) {
      gate_.arrive_and_wait();
      if (!work_) return;
      try {
        work_(worker);
      } catch (...) {
        const std::lock_guard guard(lock_);
        error_ = std::current_exception();
      }
      gate_.arrive_and_wait();
    }
  }

  std::function<void()> begin_;
  std::function<void(int64_t)> work_;
  std::exception_ptr error_;
  std::mutex lock_;
  std::barrier<> gate_;
  std::vector<std::jthread> threads_;
};

}  // namespace pawprint
