#pragma once

#include <filesystem>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/data/image_file.h"
#include "app/evaluation/prediction.h"
#include "app/evaluation/training_run.h"

namespace pawprint {

// For each photo a second picture that shows what made a classifier say said[i] rather than is[i]; empty where there is
// none. Called once, on the calling thread.   photos [H,W,3] 8-bit RGB -> 8-bit RGB of the same proportions
using Explain = std::function<std::vector<cv::Mat>(const std::vector<cv::Mat>& photos, const std::vector<int64_t>& said,
                                                   const std::vector<int64_t>& is)>;

// What report.html is made of.
struct TrainingReport {
  std::string title;                    // in the browser's tab and above the verdict
  bool held_out = true;                 // the photos are those that `finetune` kept for validation
  Measurement measured;                 // on those of `rows` that could be read
  std::vector<LabeledPrediction> rows;  // at least one with probabilities
  TrainingRun training;                 // of the model
  std::string command;                  // as it can be typed again
  std::string program;                  // `pawprint 0.1.0`
  std::string run, date, model_sha256;  // the folder's name, 2026-11-27 09:30 UTC; those that are empty are left out
  std::string csv;                      // the file beside the page with a row for each photo; or none
  std::vector<std::pair<std::string, std::string>> next;  // what can be done now, and the command for it
  std::filesystem::path data;                             // names of photos are shown from here on
  DecodeOptions decode;
  int64_t threads = 1;  // to decode the pictures shown
  Explain explain;      // of the worst mistakes; may be null
};

// report.html, a whole page: the verdict, pictures, curves, how it was trained and how to do it again. It shows about
// three dozen photos and, smaller, up to 240 mistakes, so that its size hardly depends on the number of photos; cells
// of the confusion matrix lead to theirs, and photos can be corrected. A photo that has gone since is shown as a name.
// Facts that `training` lacks are left out.
std::string training_report(const TrainingReport& report);

}  // namespace pawprint
