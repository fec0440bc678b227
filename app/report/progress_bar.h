#pragma once

#include <string>

#include "app/base/progress.h"

namespace pawprint {

// Progress on stderr: on a terminal a bar with rate and time left, elsewhere a line every few seconds.
//   what: `features`; unit: `photos`; before_each is called with every report and may throw Interrupted
Progress progress_bar(const std::string& what, const std::string& unit, bool quiet, std::function<void()> before_each);

}  // namespace pawprint
