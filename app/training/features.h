#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/base/progress.h"
#include "app/evaluation/training_run.h"
#include "app/training/feature_cache.h"
#include "app/training/options.h"
#include "models/backbone.h"
#include "models/base/sha256.h"

namespace pawprint {

// Scaled decoding leaves at least this many pixels for each one of the resized photo. With less, features of
// MobileNetV2 move by more than rounding to bfloat16 moves them.
constexpr int64_t kMinOversampling = 3;

// A few photos as the network takes them.
struct ImageBatch {
  std::vector<PixelBatches> pixels;  // for each network, of P photos, the views of each in a row; RGB, of the type that
                                     // its configuration says
  std::vector<std::string> errors;   // [N] why a photo could not be read; empty for the R that could
  std::vector<Sha256> content;       // [R] hash of each readable file's bytes
  std::vector<bool> decoded;         // [R]; P are true
  std::vector<PhotoTraits> traits;   // [P], or empty unless asked for
};

// For the photo of number r of the readable ones: true if its features are known, so that it need not be decoded.
using Known = std::function<bool(const Sha256& content, int64_t r)>;

// Shown photo number `photo`, decoded whole: rgb [H,W,3] 8-bit. Any worker.
using VisitPhoto =
    std::function<void(int64_t photo, std::string_view bytes, const Sha256& content, const cv::Mat& rgb)>;

// What else is done while a batch is loaded; any of it may be null.
struct LoadExtras {
  Known known;
  VisitPhoto visit;  // by index into the paths
  bool with_traits = false;
};

// A photo is decoded once for all networks that are shown it in one size, and again if `visit` is to see the whole of
// one that the network is shown decoded smaller.
ImageBatch load_batch(const std::vector<std::filesystem::path>& paths, std::span<const Backbone> backbones,
                      const PhotoOptions& options, const LoadExtras& extras = {});

// Photos as several networks see them.
struct BatchFeatures {
  at::Tensor features;              // [R,V,D] float32 of those that can be read, the networks' side by side
  std::vector<std::string> errors;  // [N] why a photo could not be read; empty for the R that could
};
BatchFeatures batch_features(const std::vector<std::filesystem::path>& paths, const std::vector<Backbone>& backbones,
                             const PhotoOptions& options);

// How a photo is decoded for the network alone.
DecodeOptions decoding_for(const Backbone& backbone, DecodeOptions options);

// A photo decoded for each of the networks.
//   rgb: the same, decoded with the options `whole`; or empty
std::vector<cv::Mat> decode_for(std::span<const Backbone> backbones, const std::string& bytes, cv::Mat rgb,
                                const DecodeOptions& whole);

// The features of the readable photos among `paths`, in their order.
struct FeatureSet {
  at::Tensor features;              // [R,V,D] float32
  std::vector<int64_t> rows;        // [R] index into paths
  std::vector<Sha256> content;      // [R]
  std::vector<PhotoTraits> traits;  // [R]
  std::vector<int64_t> blocks;      // how many of the D are each network's; empty: all are one's
  std::vector<SkippedPhoto> skipped;
  int64_t computed = 0;  // photos whose features were not in the cache
};

// Workers take batches from file to features; the result does not depend on their number. A photo that the cache knows
// is not decoded, and not read either if its file has not changed since.
//   cache: may be null
//   visit: shown every photo that can be read, so that each is read and decoded; may be null
FeatureSet extract_features(const std::vector<std::filesystem::path>& paths, const Backbone& backbone,
                            const PhotoOptions& options, FeatureCache* cache, const Progress& progress,
                            const VisitPhoto& visit = {});

// Leaves the photos that are in all of the sets, of the same paths: a file may vanish between two of them. A set may be
// without features.
void keep_common(std::vector<FeatureSet>& sets);

// What the features of a cache depend on.
FeatureKind feature_kind(const Backbone& backbone, const PhotoOptions& options);

}  // namespace pawprint
