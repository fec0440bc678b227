#pragma once

#include <cstdint>
#include <filesystem>

#include "app/base/progress.h"
#include "models/backbone.h"

namespace pawprint {

// Photos a second that pass the network as it is shown them, on all workers at once, none of them read or decoded.
// Measured once (kept_choice.h), on photos of the shape 4:3, with as many workers as there were then.
double forward_rate(const Backbone& backbone, int64_t threads, const std::filesystem::path& folder,
                    const Progress& progress);

}  // namespace pawprint
