#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "app/base/option_visitor.h"
#include "models/base/builtin_names.h"
#include "models/base/device.h"
#include "models/base/preprocess_spec.h"
#include "models/base/watchdog.h"

namespace pawprint {

struct BenchOptions {
  std::filesystem::path data;  // any folder of photos
  std::filesystem::path backbone = kBuiltinBackbone;
  std::optional<Fit> fit;                  // none: the backbone's own
  int64_t image_size_px = 0;               // 0: the backbone's own
  Precision precision = Precision::kAuto;  // both, where the processor has both
  int64_t timeout_s = kTimeoutS;           // of one forward pass
  int64_t threads = 1;                     // workers of what is measured together
  int64_t limit = 256;                     // photos at most, spread evenly over the folder
  double seconds = 20;                     // how long to measure, about; three rounds at the least
  bool json = false;                       // on stdout, instead of the table
  void visit(OptionVisitor& visitor);
};

}  // namespace pawprint
