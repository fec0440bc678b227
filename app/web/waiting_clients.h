#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <thread>

namespace pawprint {

// Connections whose client we wait for: to send its request, or to take the response. Slow ones must not keep others
// out, whether they are silent or send a byte a second: who takes longer than the deadline is cut off, and when there
// are too many, the one that has been waited for longest. May be used from many threads.
class WaitingClients {
 public:
  using Clock = std::chrono::steady_clock;

  WaitingClients(std::chrono::milliseconds deadline, size_t most);
  ~WaitingClients();
  WaitingClients(const WaitingClients&) = delete;
  WaitingClients& operator=(const WaitingClients&) = delete;

  void wait_for(int socket);     // from now on; of one that is waited for already, afresh
  void not_waiting(int socket);  // its response is being made, or the connection is about to be closed

 private:
  void cut_off(std::map<int, Clock::time_point>::iterator client);
  void watch();

  const std::chrono::milliseconds deadline_;
  const size_t most_;
  std::mutex mutex_;
  std::condition_variable stop_changed_;
  bool stop_ = false;
  std::map<int, Clock::time_point> since_;
  std::thread watch_;
};

}  // namespace pawprint
