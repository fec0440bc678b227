#include "app/web/job_queue.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace pawprint {
namespace {

// A job that waits until it is let go.
struct Gate {
  std::promise<void> begun, open;
  std::optional<std::future<void>> put_into(JobQueue& queue) {
    return queue.try_add([this] {
      begun.set_value();
      open.get_future().wait();
    });
  }
};

TEST(JobQueue, DoesJobsInOrderAndReturnsResults) {
  JobQueue queue(8);
  std::vector<int> order;
  Gate gate;
  auto blocked = gate.put_into(queue);
  std::vector<std::future<int>> results;
  for (int i = 0; i < 5; ++i) results.push_back(*queue.try_add([&order, i] { return order.push_back(i), 10 * i; }));
  gate.open.set_value();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(results[static_cast<size_t>(i)].get(), 10 * i);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(JobQueue, SaysNoWhereAsManyWaitAsMay) {
  JobQueue queue(2);
  Gate gate;
  auto running = gate.put_into(queue);
  gate.begun.get_future().wait();  // it does not wait any more
  auto first = queue.try_add([] { return 1; });
  auto second = queue.try_add([] { return 2; });
  EXPECT_FALSE(queue.try_add([] { return 3; }));
  gate.open.set_value();
  EXPECT_EQ(first->get() + second->get(), 3);
  EXPECT_EQ(queue.try_add([] { return 4; })->get(), 4);  // there is room again
}

TEST(JobQueue, HandsOnWhatAJobThrows) {
  JobQueue queue(2);
  auto result = queue.try_add([]() -> int { throw std::runtime_error("broken"); });
  EXPECT_THROW(result->get(), std::runtime_error);
}

TEST(JobQueue, DropsWhatStillWaitsAtItsEnd) {
  Gate gate;
  std::optional<std::future<void>> running;
  std::optional<std::future<int>> waiting;
  std::thread opener;
  {
    JobQueue queue(2);
    running = gate.put_into(queue);
    gate.begun.get_future().wait();
    waiting = queue.try_add([] { return 1; });
    // The destructor drops before it waits for the running job; the gate opens once that is seen.
    opener = std::thread([&] {
      waiting->wait();
      gate.open.set_value();
    });
  }
  opener.join();
  EXPECT_THROW(waiting->get(), std::future_error);
}

}  // namespace
}  // namespace pawprint
