// What `label` can be told; nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/training/options.h"

namespace pawprint {

struct LabelOptions {
  std::filesystem::path data;
  std::vector<std::string> classes;  // empty: the data says them
  std::filesystem::path backbone = kBuiltinBackbone;
  std::optional<std::filesystem::path> model;   // in place of the backbone: its network, and its classes
  std::optional<std::filesystem::path> labels;  // a table of labels that are known already
  std::filesystem::path out = "run";            // the journal, and what `finetune` writes
  int64_t port = 8080;                          // 0: any that is free
  std::optional<Fit> fit;                       // none: chosen (fill_pool.h)
  int64_t image_size_px = 0;                    // 0: chosen, or with a fit the backbone's own
  double max_unreadable = kMaxUnreadable;       // when it is finished
  PhotoOptions photos;
  NetworkOptions network;
  CacheOptions cache;
  uint64_t seed = 1;
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

}  // namespace pawprint
