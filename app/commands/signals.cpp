#include "app/commands/signals.h"

#include <csignal>

#include "models/base/error.h"

namespace pawprint {

namespace {

volatile std::sig_atomic_t noted_signal = 0;  // a handler can reach nothing else

void note(int signal) { noted_signal = signal; }

}  // namespace

void note_signals() {
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one is not ours any more
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction hangup {};
  sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // ignored under nohup
}

bool signalled() { return noted_signal != 0; }

void throw_if_signalled() {
  if (noted_signal != 0) throw Interrupted(noted_signal);
}

}  // namespace pawprint
