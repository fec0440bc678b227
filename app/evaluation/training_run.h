// A finished run, as values: what metrics.json says of finetune's and evaluate's, and pawprint.json of a model's
// training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/input_choice.h"
#include "app/evaluation/metrics.h"
#include "app/evaluation/prediction_sets.h"
#include "app/evaluation/selective_prediction.h"
#include "app/training/options.h"
#include "models/base/inference_config.h"
#include "models/base/ood_detector.h"
#include "models/base/preprocess_spec.h"

namespace pawprint {

struct SkippedPhoto {
  std::filesystem::path path;
  std::string reason;
};

// How features are computed, and what was measured to choose it.
struct ChosenInference {
  InferenceConfig config = {};
  std::optional<int64_t> photos_tried = {};               // none: nothing was measured
  std::map<std::string, double> forward_per_second = {};  // photos, of `fp32 frozen`, `bf16 frozen`, `fp32 optimized`
  std::optional<double> median_cosine = {}, head_agreement = {}, largest_difference = {};

  bool operator==(const ChosenInference&) const = default;
};

// A frozen network that a model sees with.
struct UsedNetwork {
  std::string name = {}, id = {};  // id: SHA-256 of its file
  PreprocessSpec preprocess = {};
  ChosenInference config = {};
};

// What was measured of a model on photos whose class is known, and how.
struct Measurement {
  Evaluation evaluation = {};
  std::vector<std::string> class_names = {};  // [C]
  std::vector<std::string> cautions = {};
  std::vector<SkippedPhoto> skipped = {};
  int64_t ignored_files = 0;
  std::string layout = {};  // what was taken for what
  double temperature = 1;
  std::vector<UsedNetwork> networks = {};  // whose features lie side by side; one at least
  uint64_t seed = 1;
  std::map<std::string, std::string> versions = {};  // of `pawprint`, `libtorch` and `opencv`
  double images_per_second = 0;
  std::map<std::string, double> seconds = {};  // of each stage, and `total`

  std::string network_names() const;  // `mobilenet_v2 + resnet18`
};

// Heads fitted on `photos` of the training photos.
struct LearningPoint {
  int64_t photos = 0;
  double accuracy = 0;       // on the validation photos, mean of the repeats
  double low = 0, high = 0;  // the least and the most of them
  int64_t repeats = 1;

  bool operator==(const LearningPoint&) const = default;
};

// "Learning curve: would more photos help?"
struct LearningCurve {
  std::vector<LearningPoint> points = {};  // 1/32, 1/16, ... 1/2 and all of the training photos, where there are enough
  double l2 = 0;                           // with all photos; n times as much with 1/n of them
  bool same_head = true;                   // as the one that is validated; else logistic heads take its place
  double gain = 0;                         // accuracy with all photos minus that with half of them
  double gain_low = 0, gain_high = 0;      // 95 %, by the validation photos and the repeats

  bool operator==(const LearningCurve&) const = default;
};

// A point of the regularization path: mean log loss of the held-out folds, and the standard error of that mean.
struct CvPoint {
  double l2 = 0, loss = 0, standard_error = 0;

  bool operator==(const CvPoint&) const = default;
};

// A head, and how it was fitted.
struct HeadFacts {
  HeadKind kind = HeadKind::kLogistic;
  ClassWeights class_weights = ClassWeights::kNone;
  double l2 = 0, l1 = 0;           // logistic
  std::vector<CvPoint> path = {};  // logistic
  // Logistic, of several networks: each network's features are multiplied by its scale before the penalty, which so is
  // l2 / scale^2 of its weights.
  std::vector<double> block_scale = {};
  int64_t hidden = 0;  // mlp, and all below
  double dropout = 0, weight_decay = 0;
  int64_t epochs = 0;                                          // that it was trained for
  std::vector<double> training_loss = {}, stopping_loss = {};  // of each epoch

  bool operator==(const HeadFacts&) const = default;
};

// Which photos belong together, and what follows from it.
struct GroupFigures {
  int64_t groups = 0, photos = 0;                 // of two or more different photos; in them
  int64_t alike = 0, same_moment = 0, named = 0;  // photos that are joined by that
  int64_t timed = 0;                              // photos that say when and by which camera they were taken
  std::vector<std::string> too_alike = {};        // classes that are not joined by looks and times
  std::vector<std::vector<std::filesystem::path>> largest = {};
  int64_t relatives_left_out = 0, relatives_trained_on = 0;  // of the given validation photos
  std::optional<double> accuracy_ungrouped = {};  // with a split that does not know of groups, where that is another
};

// What the temperature changed.
struct Calibration {
  double log_loss_before = 0, log_loss_after = 0, ece_before = 0, ece_after = 0;
};

// Of the finished model, on photos held out from all of the training.
struct TestFigures {
  Evaluation evaluation = {};
  double accuracy_tta = 0;
};

// What finetune did and found out. What a file of an older version lacks, or has in another form, is empty.
struct TrainingRun {
  Measurement measured = {};  // on the validation photos, with the head that did not see them
  std::optional<double> accuracy_tta = {}, accuracy_without_excluded = {}, accuracy_original_labels = {};
  std::optional<TestFigures> test = {};
  std::optional<int64_t> n_train = {}, n_fitted = {};
  std::vector<int64_t> n_train_of_class = {};  // [C]
  int64_t duplicates_left_out = 0, excluded = 0, excluded_validation = 0, relabeled = 0, relabeled_validation = 0;
  GroupFigures groups = {};
  int64_t calibration_photos = 0;                                   // that the temperature was chosen by
  std::optional<Calibration> out_of_fold = {}, on_validation = {};  // on those, and on the validation photos
  std::optional<SelectiveCurve> selective = {};
  std::optional<ConformalScores> conformal = {};
  std::optional<OodDetector> detector = {};  // none: the backbone cannot tell
  std::optional<double> l2 = {};
  std::optional<HeadFacts> head = {};
  std::optional<LearningCurve> learning_curve = {};     // none: too few photos
  std::string weights_before = {}, weights_after = {};  // hashes of the backbone's
  std::string photos_sha256 = {};
  std::optional<InputChoice> input_choice = {};  // none: what the networks are shown was given
  nlohmann::json options;                        // every option by its name, for the record
};

// metrics.json, as finetune writes it.
nlohmann::json to_json(TrainingRun run);
TrainingRun training_run_from_json(const nlohmann::json& json);

// Its part that evaluate writes, too.
nlohmann::json to_json(Measurement measured);

// pawprint.json has all of it but what does not concern who gets the model: names of files, options, times.
//   when: it was trained
nlohmann::json model_metadata(const TrainingRun& run, const std::string& when);
TrainingRun training_run_of(const nlohmann::json& model_metadata);

// As the choice is kept between runs. None for JSON that says no configuration.
nlohmann::json to_json(ChosenInference config);
std::optional<ChosenInference> chosen_inference_from_json(const nlohmann::json& json);

// A file of ours: indented, bytes that are no UTF-8 replaced, LF at the end.
std::string metrics_text(const nlohmann::json& json);

}  // namespace pawprint
