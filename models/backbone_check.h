#pragma once

#include <optional>

#include "models/backbone.h"

namespace pawprint {

struct BackboneFacts {
  int64_t parameters = 0;              // of the whole file, the source's own classifier included
  int64_t multiply_adds = 0;           // of one image's features at the backbone's own crop
  std::optional<double> golden_error;  // relative L2 to the exporter's features; empty if the file has none
  double image_ms = 0;  // one image's share of a forward pass of kForwardBatch on one thread: median of 5
};

// A golden error above this means that this machine or LibTorch computes something else than the exporter's.
constexpr double kGoldenTolerance = 1e-3;

BackboneFacts check_backbone(const Backbone& backbone);

}  // namespace pawprint
