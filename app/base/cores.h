#pragma once

#include <cstdint>
#include <string>

namespace pawprint {

// The processors this process may use: its affinity mask, and the quota of its control group where there is one.
int64_t available_cores();

// What this processor calls itself, and the widest of its instructions that networks are computed with:
// `AMD EPYC 9B45, avx512_bf16`.
std::string processor_name();

}  // namespace pawprint
