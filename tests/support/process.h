#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace pawprint::testing {

// Runs `body` in a process of its own, which ends with what it returns, or 99 after an exception. Returns its id.
template <class Body>
pid_t start_process(Body body) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child > 0) return child;
  int status = 99;
  try {
    status = body();
  } catch (...) {
  }
  _exit(status);
}

// The status with which a process ended, or minus the signal that ended it.
inline int end_of_process(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid");
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace pawprint::testing
