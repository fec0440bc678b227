#include "app/web/job_queue.h"

#include <utility>

namespace pawprint {

JobQueue::JobQueue(size_t max_waiting) : max_waiting_(max_waiting), thread_([this] { work(); }) {}

JobQueue::~JobQueue() {
  {
    const std::lock_guard guard(lock_);
    stop_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  thread_.join();
}

bool JobQueue::push(std::function<void()> job) {
  {
    const std::lock_guard guard(lock_);
    if (stop_ || waiting_.size() >= max_waiting_) return false;
    waiting_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void JobQueue::work() {
  for (;;) {
    std::unique_lock guard(lock_);
    changed_.wait(guard, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const auto job = std::move(waiting_.front());
    waiting_.pop_front();
    guard.unlock();
    job();
  }
}

}  // namespace pawprint
