#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/base/progress.h"
#include "app/bench/options.h"
#include "app/training/features.h"

namespace pawprint {

// What one stage did a second, a value a round. The best is what to compare: whatever else the machine does makes a
// stage slower, nothing makes it faster than it is.
struct Samples {
  std::vector<double> values;
  double best() const;  // of no values: 0
  double median() const;
};

struct PrecisionSamples {
  bool bfloat16 = false;
  Samples forward;           // photos/s, in batches of kForwardBatch
  Samples file_to_features;  // photos/s, of everything: reading, hashing, decoding, resizing, forward pass
  Samples peak;              // FLOP/s of peak_flops.h
};

// Workers of one thread each, all at the same stage at the same time.
struct WorkerSamples {
  int64_t workers = 1;
  Samples decode;             // photos/s, from bytes in memory
  Samples resize;             // photos/s: resize, crop and normalize, into the batch
  Samples decode_and_resize;  // photos/s, one after the other
  std::vector<PrecisionSamples> precisions;
};

struct BenchResult {
  std::string backbone_name, backbone_id;
  int64_t multiply_adds = 0;  // of one photo's features
  int64_t photos = 0;         // that could be read
  std::vector<SkippedPhoto> skipped;
  int64_t rounds = 0;
  int64_t memory_bytes = 0;  // VmHWM after all workers took all photos from file to features, before anything else ran
  WorkerSamples per_core;    // one worker
  WorkerSamples together;    // options.threads workers
};

// The best forward pass as a share of the best peak: 2 * multiply_adds operations a photo.
double share_of_peak(const PrecisionSamples& samples, int64_t multiply_adds);

// Rounds of all stages in turn, so that a disturbed moment does not fall on one stage alone; a round to warm up goes
// before. Photos are decoded as finetune does it: large JPEGs at a half or a quarter.
// Throws Error for a folder without a photo that can be read, a backbone that is none, bf16 without a processor for it.
BenchResult bench(const BenchOptions& options, const Progress& progress);

nlohmann::json to_json(const BenchResult& result);

}  // namespace pawprint
