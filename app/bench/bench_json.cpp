#include <torch/version.h>

#include <nlohmann/json.hpp>

#include "app/base/cores.h"
#include "app/bench/bench.h"

namespace pawprint {

namespace {

nlohmann::json to_json(const Samples& samples) { return {{"best", samples.best()}, {"median", samples.median()}}; }

nlohmann::json to_json(const WorkerSamples& samples, int64_t multiply_adds) {
  nlohmann::json out = {{"workers", samples.workers},
                        {"decode", to_json(samples.decode)},
                        {"resize", to_json(samples.resize)},
                        {"decode_and_resize", to_json(samples.decode_and_resize)}};
  for (const auto& precision : samples.precisions) {
    const char* name = precision.bfloat16 ? "bf16" : "fp32";
    out["forward"][name] = to_json(precision.forward);
    out["file_to_features"][name] = to_json(precision.file_to_features);
    out["peak_flops"][name] = to_json(precision.peak);
    out["share_of_peak"][name] = share_of_peak(precision, multiply_adds);
  }
  return out;
}

}  // namespace

nlohmann::json to_json(const BenchResult& result) {
  return {{"processor", processor_name()},
          {"cores", available_cores()},
          {"torch", TORCH_VERSION},
          {"backbone", {{"name", result.backbone_name}, {"id", result.backbone_id}}},
          {"multiply_adds", result.multiply_adds},
          {"batch", kForwardBatch},
          {"photos", result.photos},
          {"unreadable", result.skipped.size()},
          {"rounds", result.rounds},
          {"per_core", to_json(result.per_core, result.multiply_adds)},
          {"together", to_json(result.together, result.multiply_adds)},
          {"memory_bytes", result.memory_bytes}};
}

}  // namespace pawprint
