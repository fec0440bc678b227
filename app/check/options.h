// What `check`, `explain` and `neurons` can be told; nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/training/options.h"

namespace pawprint {

struct CheckOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::optional<std::filesystem::path> validation;  // another folder, of the same form
  std::filesystem::path backbone;                   // empty: labels are not looked at
  std::optional<Fit> fit;                           // none: the backbone's own
  int64_t image_size_px = 0;                        // crop; 0: the backbone's own
  PhotoOptions photos;
  NetworkOptions network;
  CacheOptions cache;
  uint64_t seed = 1;  // folds
  bool json = false;
  std::optional<std::filesystem::path> out;       // a folder for check.html
  std::optional<std::filesystem::path> fix_list;  // a file
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

struct ExplainOptions {
  std::vector<std::filesystem::path> paths;  // one or more: photos, folders
  std::filesystem::path model;
  std::string classes;        // names with commas between them; empty: the predicted class of each photo
  std::filesystem::path out;  // new or empty
  PhotoOptions photos{.mirror = false};
  NetworkOptions network;
  int64_t limit = 0;   // photos, drawn by the seed; 0: all
  int64_t check = 50;  // so many photos' most salient places are covered to see what that does; 0: none
  uint64_t seed = 1;
  void visit(OptionVisitor& visitor);
};

struct NeuronOptions {
  std::vector<std::filesystem::path> paths;  // one or more: photos, folders
  std::filesystem::path backbone = kBuiltinBackbone;
  std::filesystem::path model;    // not empty: in place of the backbone
  std::string stages;             // names or numbers from 1, with commas between them; empty: all
  std::vector<int64_t> channels;  // of each of those stages; empty: chosen
  int64_t neurons = 12;           // so many are chosen in each stage
  int64_t patches = 9;            // of each neuron
  std::filesystem::path out;      // new or empty
  PhotoOptions photos{.mirror = false};
  NetworkOptions network;
  int64_t limit = 0;  // photos, drawn by the seed; 0: all
  uint64_t seed = 1;
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

}  // namespace pawprint
