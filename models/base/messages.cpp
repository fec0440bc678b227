#include "models/base/messages.h"

#include <fcntl.h>
#include <unistd.h>

namespace pawprint {

namespace {

std::FILE* stream = nullptr;  // null: stderr itself
int descriptor = STDERR_FILENO;

}  // namespace

std::FILE* messages() { return stream != nullptr ? stream : stderr; }

int messages_fd() { return descriptor; }

void silence_libraries() {
  const int own = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1),
            null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  stream = own < 0 || null < 0 ? nullptr : fdopen(own, "w");
  if (stream == nullptr) return;
  std::setvbuf(stream, nullptr, _IONBF, 0);
  descriptor = own;
  dup2(null, STDERR_FILENO);
  close(null);
}

}  // namespace pawprint
