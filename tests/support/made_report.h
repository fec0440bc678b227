#pragma once

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "app/report/training_report.h"

namespace pawprint::testing {

// Answers of a classifier that is right on most; photos that do not exist.
inline TrainingReport made_report(int64_t photos, int64_t classes, double lead = 4) {
  TrainingReport report;
  report.title = "Telling <apart>";
  for (int64_t c = 0; c < classes; ++c) report.measured.class_names.push_back("class <" + std::to_string(c) + ">");
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(0, 1);
  std::vector<double> all;
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < photos; ++i) {
    const int64_t label = i % classes;
    std::vector<double> p(classes);
    double sum = 0;
    for (int64_t c = 0; c < classes; ++c) sum += p[c] = std::exp(noise(random) + (c == label ? lead : 0));
    for (double& value : p) value /= sum;
    all.insert(all.end(), p.begin(), p.end());
    labels.push_back(label);
    report.rows.push_back({{"data/<img src=x onerror=alert(1)>" + std::to_string(i) + ".jpg", p}, label});
  }
  report.measured.evaluation = evaluate_predictions(all, labels, classes, 1);
  report.measured.temperature = 1.5;
  report.measured.skipped = {{"data/<bad>.jpg", "JPEG cut short"}};
  report.training.n_train = 400;
  report.training.head = {.l2 = 0.1, .path = {{1, 0.5, 0.1}, {0.1, 1.5, 0.1}, {0.01, 2.5, 0.1}}};
  report.training.learning_curve = {
      .points = {{200, 0.8, 0.7, 0.9}, {400, 0.9, 0.9, 0.9}}, .gain = 0.1, .gain_low = 0.05, .gain_high = 0.15};
  report.command = "pawprint finetune 'a <b>'";
  report.data = "data";
  return report;
}

inline size_t count_of(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace pawprint::testing
