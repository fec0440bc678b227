// What `faces serve` can be told; nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>

#include "app/base/option_visitor.h"
#include "models/base/builtin_names.h"

namespace pawprint {

struct ServeOptions {
  std::filesystem::path model = kBuiltinFaces;
  int64_t port = 8080;  // 0: any that is free
  void visit(OptionVisitor& visitor);
};

}  // namespace pawprint
