#include "app/web/waiting_clients.h"

#include <sys/socket.h>

#include <algorithm>

namespace pawprint {

WaitingClients::WaitingClients(std::chrono::milliseconds deadline, size_t most)
    : deadline_(deadline), most_(most), watch_([this] { watch(); }) {}

WaitingClients::~WaitingClients() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stop_changed_.notify_one();
  watch_.join();
}

// The server's thread that waits for the socket sees its end, and closes it.
void WaitingClients::cut_off(std::map<int, Clock::time_point>::iterator client) {
  shutdown(client->first, SHUT_RDWR);
  since_.erase(client);
}

void WaitingClients::wait_for(int socket) {
  const std::lock_guard lock(mutex_);
  since_[socket] = Clock::now();
  const auto earlier = [](const auto& a, const auto& b) { return a.second < b.second; };
  if (since_.size() > most_) cut_off(std::min_element(since_.begin(), since_.end(), earlier));
}

void WaitingClients::not_waiting(int socket) {
  const std::lock_guard lock(mutex_);
  since_.erase(socket);
}

void WaitingClients::watch() {
  std::unique_lock lock(mutex_);
  while (!stop_changed_.wait_for(lock, deadline_ / 8, [this] { return stop_; })) {
    const auto latest = Clock::now() - deadline_;
    for (auto client = since_.begin(); client != since_.end();) {
      const auto next = std::next(client);
      if (client->second < latest) cut_off(client);
      client = next;
    }
  }
}

}  // namespace pawprint
