#pragma once

#include <cstdint>

namespace pawprint {

// The processors this process may use: its affinity mask, and the quota of its control group where there is one.
int64_t available_cores();

}  // namespace pawprint
