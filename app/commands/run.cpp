#include "app/commands/run.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "app/commands/signals.h"
#include "app/report/progress_bar.h"
#include "models/base/error.h"
#include "models/base/messages.h"

namespace pawprint {

MakeProgress progress_bars(const Session& session) {
  return [quiet = session.quiet](const std::string& what, const std::string& unit) {
    return progress_bar(what, unit, quiet, throw_if_signalled);
  };
}

Say say_line(const Session& session) {
  return [quiet = session.quiet](const std::string& line) {
    if (!quiet) std::fprintf(messages(), "%s\n", line.c_str());
  };
}

std::function<void(const std::string& address)> say_address(const Session& session) {
  return [quiet = session.quiet](const std::string& address) {
    signal_is_the_end();
    std::printf("%s\n", address.c_str());
    std::fflush(stdout);
    if (!quiet) std::fputs("open this address in a browser; Ctrl-C ends the server\n", messages());
  };
}

void wait_for_the_end() {
  while (!signalled()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

std::function<void(const std::filesystem::path& photo, const std::string& text)> print_remarks() {
  struct Said {
    std::mutex mutex;
    std::set<std::filesystem::path> photos;
  };
  return [said = std::make_shared<Said>()](const std::filesystem::path& photo, const std::string& text) {
    const std::lock_guard lock(said->mutex);
    if (!said->photos.insert(photo).second) return;
    std::fprintf(messages(), "%s%s: %s\n", isatty(messages_fd()) == 1 ? "\r\x1b[K" : "",
                 in_quotes(photo.native()).c_str(), text.c_str());
  };
}

}  // namespace pawprint
