// What the commands can be told, apart from what does the work: nothing here needs LibTorch or OpenCV.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/base/option_visitor.h"
#include "app/data/options.h"
#include "app/report/options.h"
#include "models/base/builtin_names.h"
#include "models/base/device.h"
#include "models/base/preprocess_spec.h"
#include "models/base/watchdog.h"

namespace pawprint {

struct PhotoOptions {
  bool mirror = true;      // a second view of each photo: its mirror image
  bool two_sizes = false;  // both in a larger size, too; predictions alone
  DecodeOptions decode{.reduce_above_px = kReduceAbovePx};
  // Told what is odd about a photo that is read all the same; by any worker.
  std::function<void(const std::filesystem::path&, const std::string&)> remark = {};
  int64_t threads = 1;
  int64_t batch = 16;  // photos a worker takes at a time; changes no result

  int64_t views() const { return mirror ? 2 : 1; }
  void visit(OptionVisitor& visitor);  // what is read, and the workers; mirror and batch are the commands'
};

// The perceptron of fit_mlp.h.
struct MlpOptions {
  int64_t hidden = 256;
  double dropout = 0.5;
  double weight_decay = 0.01;
  double learning_rate = 1e-3;
  int64_t epochs = 40;   // at most
  int64_t patience = 8;  // epochs without a better stopping loss before it ends
  int64_t batch = 64;    // rows a step, at most
  uint64_t seed = 1;
};

enum class HeadKind { kLogistic, kMlp };
template <>
inline constexpr std::array<std::string_view, 2> kWords<HeadKind> = {"logistic", "mlp"};

// kBalanced: each class counts the same, whatever its number of photos.
enum class ClassWeights { kNone, kBalanced };
template <>
inline constexpr std::array<std::string_view, 2> kWords<ClassWeights> = {"none", "balanced"};

struct HeadOptions {
  HeadKind kind = HeadKind::kLogistic;
  double l2 = -1;  // logistic: weight of |w|^2 / 2; negative: chosen by cross-validation
  double l1 = 0;   // logistic: weight of |w|_1
  MlpOptions mlp;
  ClassWeights class_weights = ClassWeights::kNone;
  uint64_t seed = 1;  // folds, initial weights, order of photos
  int64_t threads = 1;
  void visit(OptionVisitor& visitor);            // seed and threads are the command's
  void validate(const Given& given = {}) const;  // throws UsageError naming the first bad option
};

// Where and how a network runs.
struct NetworkOptions {
  Device device = Device::kAuto;
  Precision precision = Precision::kAuto;
  int64_t timeout_s = kTimeoutS;  // of one forward pass (models/base/watchdog.h)
  void visit(OptionVisitor& visitor, const std::string& precision_help);
};

void visit_timeout(OptionVisitor& visitor, int64_t& timeout_s);

// Where things are kept between runs unless the line says otherwise; empty where there is no home.
std::filesystem::path default_cache();

// What is kept on disk between runs.
struct CacheOptions {
  std::filesystem::path folder;          // empty: nothing is kept
  bool features = true;                  // of photos; else only which configuration is fastest
  uint64_t limit_bytes = 4'000'000'000;  // of the features; the least recently used give way
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

// The share of photos that cannot be read beyond which a dataset is refused.
constexpr double kMaxUnreadable = 0.05;

// What becomes of a photo's color profile: nothing, its numbers are read as sRGB's (as torchvision does), or its colors
// are converted to sRGB.
enum class Colour { kStored, kManaged };
template <>
inline constexpr std::array<std::string_view, 2> kWords<Colour> = {"stored", "managed"};

struct FinetuneOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::optional<std::filesystem::path> validation;  // another folder, of the same form
  // A list of photos not to train on (app/data/photo_list.h), or what a person left out; what a person said of single
  // photos (app/data/corrections.h).
  std::optional<std::filesystem::path> exclude, relabel;
  bool groups = true;  // photos that look alike or were taken within seconds stay on one side of every split
  double validation_fraction = 0.2;  // of all photos; not used where a validation set is given
  double test_fraction = 0;          // of all photos but given validation photos; 0: no test part
  std::vector<std::filesystem::path> backbones = {kBuiltinBackbone};  // one or several: their features side by side
  std::optional<Fit> fit;                                             // none: chosen, as the size is (try_inputs.h)
  int64_t image_size_px = 0;       // crop; 0: chosen, or with a fit the backbone's own
  std::optional<double> budget_s;  // for choosing (try_inputs.h); 0: as the backbone has it
  Colour colour = Colour::kStored;
  int64_t limit = 0;  // photos in all; 0: all
  double max_unreadable = kMaxUnreadable;
  bool refit = true;  // on all photos, after the validation figures
  HeadOptions head;
  PhotoOptions photos;
  NetworkOptions network;
  CacheOptions cache;
  uint64_t seed = 1;
  std::filesystem::path out;
  bool force = false;  // replace the run that is there
  double validation_share() const { return validation_fraction / (1 - test_fraction); }  // of what the test leaves
  void share();  // gives the head the seed and the threads, as a command line does
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError naming the first bad option
};

struct TuneOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::vector<std::filesystem::path> backbones = {kBuiltinBackbone};
  std::optional<double> budget_s;  // of the trial (try_inputs.h)
  int64_t limit = 0;               // photos in all; 0: all
  double max_unreadable = kMaxUnreadable;
  PhotoOptions photos;
  NetworkOptions network;
  CacheOptions cache;
  uint64_t seed = 1;
  std::filesystem::path out;  // empty: no page
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

struct EvaluateOptions {
  std::filesystem::path data;
  DatasetOptions dataset;
  std::vector<std::pair<std::string, std::string>> renames;  // class of the data, class of the model
  std::filesystem::path model;
  PhotoOptions photos{.mirror = false};  // mirror: average the mirror image's logits
  NetworkOptions network;
  int64_t limit = 0;
  uint64_t seed = 1;
  std::optional<std::filesystem::path> out;  // metrics.json, validation.csv and report.html
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

struct ClassifyOptions {
  std::vector<std::string> paths;  // one or more: files, folders, - for stdin
  std::filesystem::path model;
  NetworkOptions network;
  PhotoOptions photos{.mirror = false};  // mirror: average the mirror image's logits
  RowFormat format = RowFormat::kCsv;
  int64_t top_k = 0;                                 // 0: a column a class
  std::optional<double> abstain;                     // the accuracy that answers without a mark have
  std::optional<double> sets;                        // the probability that a row's set of classes holds the true one
  std::optional<std::string> out;                    // a file, or - for stdout
  std::optional<std::filesystem::path> corrections;  // app/data/corrections.h, paths as the rows have them
  std::optional<std::filesystem::path> report;       // a page
  int64_t film_every_ms = 0;                         // WalkOptions
  std::optional<std::string> sort_into;              // a folder
  bool link = false;                                 // symbolic links in sort_into instead of copies
  void visit(OptionVisitor& visitor);
  void validate(const Given& given = {}) const;  // throws UsageError
};

struct BackboneOptions {
  std::filesystem::path file;
  int64_t image_size_px = 0;  // of a plain network; 0: 224
  int64_t timeout_s = kTimeoutS;
  void visit(OptionVisitor& visitor);
};

struct BackboneGetOptions {
  size_t network = 0;                            // of exporter_names()
  std::optional<std::filesystem::path> weights;  // none: downloaded
  std::string name() const;
  void visit(OptionVisitor& visitor);
};

struct BackboneListOptions {
  int64_t timeout_s = kTimeoutS;
  void visit(OptionVisitor& visitor) { visit_timeout(visitor, timeout_s); }
};

// Rows that several commands have.
void visit_backbone(OptionVisitor& visitor, std::filesystem::path& backbone);
void visit_classifier(OptionVisitor& visitor, std::filesystem::path& model);
void visit_validation(OptionVisitor& visitor, std::optional<std::filesystem::path>& folder);
//   chosen: what help says of both where neither is given; empty: nothing
void visit_preprocess(OptionVisitor& visitor, std::optional<Fit>& fit, int64_t& image_size_px,
                      const std::string& chosen = "");
constexpr char kPrecisionOfModel[] =
    "auto: as the model was trained\nfp32: as Python computes it\nbf16: faster, where the processor has it";
constexpr char kPrecisionFound[] =
    "auto: the fastest way that agrees with Python's, found once per machine and backbone\n"
    "fp32: as Python computes it\nbf16: bfloat16";

}  // namespace pawprint
