#include "app/commands/run_program.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include "app/commands/signals.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

namespace {

// In the new process.
[[noreturn]] void become(std::vector<char*>& words, Silence silence, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before that
  setsid();                             // Ctrl-C is for us: Python would say where it was
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0 && silence != Silence::kNothing) dup2(null, STDOUT_FILENO);
  dup2(null >= 0 && silence == Silence::kBoth ? null : messages_fd(), STDERR_FILENO);
  execvp(words[0], words.data());
  _exit(127);
}

}  // namespace

int run_program(const std::vector<std::string>& line, Silence silence) {
  std::vector<std::string> copies = line;
  std::vector<char*> words;
  for (auto& word : copies) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t parent = getpid(), child = fork();
  if (child == 0) become(words, silence, parent);
  if (child < 0) throw Error(in_quotes(line[0]) + ": expected to start it, got: " + std::strerror(errno));
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (signalled()) {
      kill(-child, SIGKILL);
      kill(child, SIGKILL);  // where it has no session yet
      waitpid(child, &status, 0);
      throw_if_signalled();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (!WIFEXITED(status))
    throw Error(in_quotes(line[0]) + ": expected it to end by itself, got signal " + std::to_string(WTERMSIG(status)) +
                "; is there enough memory?");
  return WEXITSTATUS(status);
}

}  // namespace pawprint
