#include "app/web/waiting_clients.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pawprint {
namespace {

using namespace std::chrono_literals;

class Connection {
 public:
  Connection() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends_), 0); }
  ~Connection() {
    close(ends_[0]);
    close(ends_[1]);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  int server() const { return ends_[0]; }
  bool is_cut_off(std::chrono::milliseconds within) const {
    pollfd end{ends_[1], POLLIN, 0};
    char byte = 0;
    return poll(&end, 1, static_cast<int>(within.count())) == 1 && read(ends_[1], &byte, 1) == 0;
  }

 private:
  int ends_[2] = {};
};

TEST(WaitingClients, CutsOffWhoTakesLongerThanTheDeadline) {
  WaitingClients clients(50ms, 10);
  const Connection slow, busy;
  clients.wait_for(slow.server());
  clients.wait_for(busy.server());
  clients.not_waiting(busy.server());  // we are the ones who take long
  EXPECT_TRUE(slow.is_cut_off(10s));
  EXPECT_FALSE(busy.is_cut_off(0ms));
}

TEST(WaitingClients, OfTooManyTheOldestGivesWay) {
  WaitingClients clients(1h, 2);
  const Connection first, second, third;
  clients.wait_for(first.server());
  clients.wait_for(second.server());
  clients.wait_for(first.server());  // its next request: it has begun anew
  EXPECT_FALSE(second.is_cut_off(0ms));
  clients.wait_for(third.server());
  EXPECT_TRUE(second.is_cut_off(0ms));
  EXPECT_FALSE(first.is_cut_off(0ms));
  EXPECT_FALSE(third.is_cut_off(0ms));
}

}  // namespace
}  // namespace pawprint
