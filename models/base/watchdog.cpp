#include "models/base/watchdog.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "models/base/messages.h"

namespace pawprint {

namespace {

std::atomic<int64_t> limit_s = kTimeoutS;

int timer_signal() { return SIGRTMIN; }

// Another thread may hold any lock: nothing is called here that takes one. Several may come at once, each in a thread
// of its own: one speaks.
void end_program(int, siginfo_t* info, void*) {
  static std::atomic_flag ending = ATOMIC_FLAG_INIT;
  if (ending.test_and_set()) return;
  const auto& message = *static_cast<const std::string*>(info->si_value.sival_ptr);
  [[maybe_unused]] const ssize_t written = write(messages_fd(), message.data(), message.size());
  _exit(1);
}

void catch_timer_signal() {
  struct sigaction action {};
  action.sa_sigaction = end_program;
  action.sa_flags = SA_SIGINFO;
  sigaction(timer_signal(), &action, nullptr);
}

}  // namespace

Watchdog::Watchdog(const std::string& subject) {
  [[maybe_unused]] static const bool caught = (catch_timer_signal(), true);
  const int64_t seconds = limit_s;
  message_ = (isatty(messages_fd()) == 1 ? "\r\x1b[Kpawprint: " : "pawprint: ") + subject +
             ": expected a network that computes a batch within " + std::to_string(seconds) +
             " s, got one that does not; raise --timeout if it is only slow, else use another network\n";
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = timer_signal();
  event.sigev_value.sival_ptr = &message_;
  runs_ = timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
  const itimerspec once{{}, {seconds, 0}};
  if (runs_) timer_settime(timer_, 0, &once, nullptr);
}

Watchdog::~Watchdog() {
  if (runs_) timer_delete(timer_);
}

void Watchdog::set_limit(int64_t seconds) { limit_s = seconds; }

}  // namespace pawprint
