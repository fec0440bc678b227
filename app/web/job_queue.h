#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace pawprint {

// One thread that does what others ask for, one job after the other, and says no where too many wait already.
class JobQueue {
 public:
  explicit JobQueue(size_t max_waiting);  // besides the one that is being done
  ~JobQueue();                            // jobs that wait are dropped: their futures are broken promises
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // The result to come, or nothing if the queue is full.
  template <class Job>
  auto try_add(Job job) -> std::optional<std::future<decltype(job())>> {
    const auto task = std::make_shared<std::packaged_task<decltype(job())()>>(std::move(job));
    auto result = task->get_future();
    if (!push([task] { (*task)(); })) return std::nullopt;
    return result;
  }

 private:
  bool push(std::function<void()> job);
  void work();

  const size_t max_waiting_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace pawprint
