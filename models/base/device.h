#pragma once

#include "models/base/words.h"

namespace pawprint {

// Where a network runs. kAuto: on a GPU if there is one (resolve_device).
enum class Device { kAuto, kCpu, kCuda };
template <>
inline constexpr std::array<std::string_view, 3> kWords<Device> = {"auto", "cpu", "cuda"};

// How a network is computed (with_precision). kAuto: as the command says.
enum class Precision { kAuto, kFloat32, kBfloat16 };
template <>
inline constexpr std::array<std::string_view, 3> kWords<Precision> = {"auto", "fp32", "bf16"};

}  // namespace pawprint
