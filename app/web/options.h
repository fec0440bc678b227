// What `faces serve` can be told; nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>

namespace pawprint {

struct ServeOptions {
  std::filesystem::path model;
  int64_t port = 8080;  // 0: any that is free
};

}  // namespace pawprint
