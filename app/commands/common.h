#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "app/commands/arguments.h"
#include "app/training/cores.h"
#include "app/training/options.h"
#include "models/error.h"
#include "models/shipped.h"

// What several commands say and read alike.
namespace pawprint {

inline const OptionSpec kThreadsOption{"threads", "N", "workers, one core each (default: all cores it may use)"};
inline const OptionSpec kDeviceOption{"device", "auto|cpu|cuda", "where the network runs (default: auto)"};
inline const OptionSpec kModelPrecisionOption{"precision", "auto|fp32|bf16",
                                              "auto: as the model was trained; fp32: as Python computes it;\nbf16: "
                                              "faster, where the processor has it (default: auto)"};
inline const OptionSpec kBackboneOption{"backbone", "FILE",
                                        "a network exported by models/export_backbone.py, or any TorchScript network\n"
                                        "(default: petite, the small one that ships)"};
inline const OptionSpec kFaceModelOption{"model", "FILE",
                                         "made by `pawprint faces train` (default: faces64, which ships)"};
inline const OptionSpec kSeedOption{"seed", "N", "of every random draw (default: 1)"};
inline const OptionSpec kTruncatedOption{"accept-truncated", "",
                                         "take JPEGs that are cut short or damaged for what is there of them"};
inline const OptionSpec kMegapixelsOption{
    "max-megapixels", "N",
    "read photos of up to N million pixels (default: 250; 100 for kinds that are\n"
    "decoded as a whole: progressive JPEG, interlaced PNG, WebP, GIF)"};
inline const OptionSpec kMegabytesOption{"max-megabytes", "N", "read files of up to N million bytes (default: 500)"};
inline const OptionSpec kLabelsOption{"labels", "FILE.csv",
                                      "a table of photos and classes instead of a folder per class"};
inline const OptionSpec kLabelsFromNameOption{"labels-from-name", "", "cat.0.jpg is a `cat`: Kaggle's flat folder"};
inline const OptionSpec kLimitOption{"limit", "N", "take N photos in all, of each class its share, drawn by the seed"};

inline const OptionSpec kPrecisionOption{"precision", "auto|fp32|bf16",
                                         "auto: the fastest way that agrees with Python's, found once per machine and "
                                         "backbone;\nfp32: as Python computes it; "
                                         "bf16: bfloat16 (default: auto)"};
inline const OptionSpec kCacheOption{"cache", "DIR",
                                     "keep features there for the next run (default: $XDG_CACHE_HOME/pawprint or\n"
                                     "~/.cache/pawprint)"};
inline const OptionSpec kCacheLimitOption{"cache-limit", "MB",
                                          "of all features kept; the least recently used give way (default: 4000)"};
inline const OptionSpec kNoCacheOption{"no-cache", "", "neither use nor keep features"};

inline std::filesystem::path backbone_option(const Arguments& arguments) {
  return arguments.text("backbone").value_or(kShippedBackbone);
}

inline std::filesystem::path face_model_option(const Arguments& arguments) {
  return arguments.text("model").value_or(kShippedFaces);
}

// Prints a line a photo to stderr, whichever worker and however often it is told of one.
inline auto print_remarks() {
  struct Said {
    std::mutex mutex;
    std::set<std::filesystem::path> photos;
  };
  return [said = std::make_shared<Said>()](const std::filesystem::path& photo, const std::string& text) {
    const std::lock_guard lock(said->mutex);
    if (!said->photos.insert(photo).second) return;
    std::fprintf(stderr, "%s%s: %s\n", isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : "", in_quotes(photo.native()).c_str(),
                 text.c_str());
  };
}

inline PhotoLimits photo_limits(const Arguments& arguments) {
  PhotoLimits limits;
  const int64_t whole = limits.max_whole_pixels / 1'000'000, any = limits.max_pixels / 1'000'000;
  limits.max_pixels = 1'000'000 * arguments.integer("max-megapixels", any, 1, 4'000);
  limits.max_whole_pixels = 1'000'000 * arguments.integer("max-megapixels", whole, 1, 4'000);
  limits.max_bytes = 1'000'000 * arguments.integer("max-megabytes", limits.max_bytes / 1'000'000, 1, 1'000'000);
  limits.name_options = true;
  return limits;
}

inline PhotoOptions photo_options(const Arguments& arguments, bool mirror) {
  PhotoOptions options;
  options.mirror = mirror;
  options.decode.accept_truncated = arguments.flag("accept-truncated");
  options.decode.limits = photo_limits(arguments);
  if (!arguments.flag("quiet")) options.remark = print_remarks();
  options.threads = arguments.integer("threads", available_cores(), 1, 1024);
  return options;
}

inline DatasetOptions dataset_options(const Arguments& arguments) {
  DatasetOptions options;
  if (const auto csv = arguments.text("labels")) options.labels_csv = *csv;
  options.labels_from_name = arguments.flag("labels-from-name");
  if (options.labels_csv && options.labels_from_name)
    throw UsageError("--labels and --labels-from-name: expected one of them, got both");
  return options;
}

inline std::string device_option(const Arguments& arguments) {
  return arguments.choice("device", {"auto", "cpu", "cuda"});
}

inline std::string precision_option(const Arguments& arguments) {
  return arguments.choice("precision", {"auto", "fp32", "bf16"});
}

// The XDG base directory specification: a value that is not absolute does not count.
inline std::filesystem::path default_cache() {
  for (const auto& [variable, below] :
       {std::pair("XDG_CACHE_HOME", "pawprint"), std::pair("HOME", ".cache/pawprint")}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value == '/') return std::filesystem::path(value) / below;
  }
  return {};
}

inline CacheOptions cache_options(const Arguments& arguments) {
  if (arguments.flag("no-cache") && (arguments.text("cache") || arguments.text("cache-limit")))
    throw UsageError("--no-cache: expected without --cache and --cache-limit, got both");
  CacheOptions options;
  const auto folder = arguments.text("cache");
  options.folder = folder ? std::filesystem::path(*folder) : default_cache();
  options.features = !arguments.flag("no-cache");
  options.limit_bytes = 1'000'000 * static_cast<uint64_t>(arguments.integer("cache-limit", 4000, 1, 1'000'000'000));
  return options;
}

}  // namespace pawprint
