#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace pawprint {

// Called with the number of items done and their total (negative: not known yet). May be empty.
// Called from one thread at a time; may throw Interrupted, which ends the work.
using Progress = std::function<void(int64_t done, int64_t total)>;

// Makes the progress of one stage: what is done (`features`), and to what (`photos`). May be empty.
using MakeProgress = std::function<Progress(const std::string& what, const std::string& unit)>;

inline Progress start(const MakeProgress& make, const std::string& what, const std::string& unit) {
  return make ? make(what, unit) : Progress();
}

// Told a line worth knowing before the work begins. May be empty.
using Say = std::function<void(const std::string& line)>;

}  // namespace pawprint
