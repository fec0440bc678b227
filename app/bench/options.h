#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace pawprint {

struct BenchOptions {
  std::filesystem::path data;  // any folder of photos
  std::filesystem::path backbone;
  std::string precision = "auto";  // or fp32, bf16; auto: both where the processor has both
  int64_t threads = 1;             // workers of what is measured together
  int64_t limit = 256;             // photos at most, spread evenly over the folder
  double seconds = 20;             // how long to measure, about; three rounds at the least
};

}  // namespace pawprint
