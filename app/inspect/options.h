// What `check` can be told, apart from what does the work: nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/training/options.h"

namespace pawprint {

struct CheckOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::optional<std::filesystem::path> validation;  // another folder, of the same form
  std::filesystem::path backbone;                   // empty: labels are not looked at
  int64_t image_size_px = 0;                        // crop; 0: the backbone's own
  PhotoOptions photos;
  std::string device = "auto";     // or cpu, cuda: where the network runs
  std::string precision = "auto";  // or fp32, bf16
  CacheOptions cache;
  uint64_t seed = 1;  // folds
  bool json = false;
  std::optional<std::filesystem::path> out;       // a folder for check.html
  std::optional<std::filesystem::path> fix_list;  // a file
};

}  // namespace pawprint
