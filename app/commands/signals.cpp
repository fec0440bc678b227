#include "app/commands/signals.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

volatile std::sig_atomic_t noted_signal = 0, told = 0, meant = 0;  // a handler can reach nothing else

constexpr long kPatienceNs = 800'000'000;
timer_t patience;

// Files appear whole or not at all whenever the process ends (AtomicFile).
void end_at_once(int) {
  constexpr char kText[] = "pawprint: interrupted\n";
  if (meant != 0) _exit(0);
  [[maybe_unused]] const ssize_t written = told != 0 ? 0 : ::write(messages_fd(), kText, sizeof kText - 1);
  _exit(128 + noted_signal);
}

void note(int signal) {
  noted_signal = signal;
  const itimerspec in_time = {{}, {0, kPatienceNs}};
  timer_settime(patience, 0, &in_time, nullptr);
}

}  // namespace

void note_signals() {
  sigevent alarm{};
  alarm.sigev_notify = SIGEV_SIGNAL;
  alarm.sigev_signo = SIGALRM;
  if (timer_create(CLOCK_MONOTONIC, &alarm, &patience) != 0)
    throw Error(std::string("timer: expected one for signals, got: ") + std::strerror(errno));
  struct sigaction end {};
  end.sa_handler = end_at_once;
  sigaction(SIGALRM, &end, nullptr);
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one is not ours any more
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // ignored under nohup
}

void signal_is_told() { told = 1; }

void signal_is_the_end() { meant = 1; }

bool signalled() { return noted_signal != 0; }

void throw_if_signalled() {
  if (noted_signal != 0) throw Interrupted(noted_signal);
}

}  // namespace pawprint
