#pragma once

#include <cstdint>
#include <ctime>
#include <string>

namespace pawprint {

constexpr int64_t kTimeoutS = 300;

// While one lives, what a model's file makes the program compute has `limit` seconds: a loop without an end in it can
// be stopped in no other way. Then one message is printed and the program ends with exit code 1; output files appear
// whole or not at all (AtomicFile). Any number may live, in any threads.
class Watchdog {
 public:
  // subject: `backbone 'net'`, the message's begin
  explicit Watchdog(const std::string& subject);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

  // For those made from now on; kTimeoutS before it is called.
  static void set_limit(int64_t seconds);

 private:
  std::string message_;
  timer_t timer_{};
  bool runs_ = false;  // false where the system has no timer left
};

}  // namespace pawprint
