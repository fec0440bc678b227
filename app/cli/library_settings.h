#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pawprint {

struct Cpu {
  bool amd = false;
  bool avx512 = false;  // F, BW, DQ and VL
};

Cpu this_cpu();

// Names and values of environment variables that OpenMP, OpenBLAS and OpenCV read while they are loaded, so that they
// must be set before the program starts. What the user has set is to be left alone.
std::vector<std::pair<std::string, std::string>> library_settings(const Cpu& cpu);

}  // namespace pawprint
