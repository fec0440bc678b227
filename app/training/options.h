// What the commands can be told, apart from what does the work: nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/data/image_file.h"
#include "app/data/labeled_images.h"

namespace pawprint {

struct PhotoOptions {
  bool mirror = true;  // a second view of each photo: its mirror image
  DecodeOptions decode{.reduce_above_px = kReduceAbovePx};
  std::function<void(const std::filesystem::path&, const std::string&)> remark;  // told what is odd about a photo that
                                                                                 // is read all the same; by any worker
  int64_t threads = 1;
  int64_t batch = 16;  // photos a worker takes at a time; changes no result

  int64_t views() const { return mirror ? 2 : 1; }
  void validate() const;  // throws UsageError
};

// The perceptron of fit_mlp.h.
struct MlpOptions {
  int64_t hidden = 256;        // 1..65536
  double dropout = 0.5;        // 0 <= p < 1
  double weight_decay = 0.01;  // >= 0
  double learning_rate = 1e-3;
  int64_t epochs = 40;   // at most; 1..10000
  int64_t patience = 8;  // epochs without a better stopping loss before it ends
  int64_t batch = 64;    // rows a step, at most
  uint64_t seed = 1;
  void validate() const;  // throws UsageError
};

struct HeadOptions {
  std::string kind = "logistic";  // or `mlp`
  double l2 = -1;                 // logistic: weight of |w|^2 / 2; negative: chosen by cross-validation
  double l1 = 0;                  // logistic: weight of |w|_1
  MlpOptions mlp;
  bool balanced = false;  // each class counts the same, whatever its number of photos
  uint64_t seed = 1;      // folds, initial weights, order of photos
  int64_t threads = 1;
  void validate() const;  // throws UsageError naming the first bad field
};

// What is kept on disk between runs.
struct CacheOptions {
  std::filesystem::path folder;          // empty: nothing is kept
  bool features = true;                  // of photos; else only which recipe is fastest
  uint64_t limit_bytes = 4'000'000'000;  // of the features; the least recently used give way
};

struct FinetuneOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::optional<std::filesystem::path> validation;  // another folder, of the same form
  std::optional<std::filesystem::path> exclude;     // a list of photos not to train on (app/data/photo_list.h)
  bool groups = true;  // photos that look alike or were taken within seconds stay on one side of every split
  double validation_fraction = 0.2;  // 0 < f < 1; not used where a validation set is given
  std::filesystem::path backbone;
  int64_t image_size_px = 0;  // crop; 0: the backbone's own
  int64_t limit = 0;          // photos in all; 0: all
  double max_unreadable = 0.05;
  bool refit = true;  // on all photos, after the validation figures
  HeadOptions head;
  PhotoOptions photos;
  std::string device = "auto";     // or cpu, cuda: where the network runs
  std::string precision = "auto";  // or fp32, bf16
  CacheOptions cache;
  uint64_t seed = 1;
  std::filesystem::path out;
  void validate() const;  // throws UsageError naming the first bad field
};

struct EvaluateOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::vector<std::pair<std::string, std::string>> renames;  // class of the data, class of the model
  std::filesystem::path model;
  PhotoOptions photos;             // mirror: average the mirror image's logits
  std::string device = "auto";     // or cpu, cuda: where the network runs
  std::string precision = "auto";  // or fp32, bf16
  int64_t limit = 0;
  uint64_t seed = 1;
  std::optional<std::filesystem::path> out;  // metrics.json, validation.csv and report.html
};

}  // namespace pawprint
