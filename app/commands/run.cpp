#include "app/commands/run.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <mutex>
#include <set>

#include "app/commands/signals.h"
#include "app/report/progress_bar.h"
#include "models/base/error.h"

namespace pawprint {

MakeProgress progress_bars(const Session& session) {
  return [quiet = session.quiet](const std::string& what, const std::string& unit) {
    return progress_bar(what, unit, quiet, throw_if_signalled);
  };
}

Say say_line(const Session& session) {
  return [quiet = session.quiet](const std::string& line) {
    if (!quiet) std::fprintf(stderr, "data: %s\n", line.c_str());
  };
}

std::function<void(const std::filesystem::path& photo, const std::string& text)> print_remarks() {
  struct Said {
    std::mutex mutex;
    std::set<std::filesystem::path> photos;
  };
  return [said = std::make_shared<Said>()](const std::filesystem::path& photo, const std::string& text) {
    const std::lock_guard lock(said->mutex);
    if (!said->photos.insert(photo).second) return;
    std::fprintf(stderr, "%s%s: %s\n", isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "", in_quotes(photo.native()).c_str(),
                 text.c_str());
  };
}

}  // namespace pawprint
