#pragma once

#include <string>
#include <vector>

#include "app/evaluation/training_run.h"

namespace pawprint {

// `NAME          0.9875 on 400 validation photos; the true accuracy lies between ...`, on stdout.
void print_accuracy(const std::string& name, const Evaluation& evaluation, const std::string& of_what);

// The verdict, the confusion matrix and the figures of each class, on stdout.   of_what: one of them, `validation
// photo`
void print_evaluation(const Measurement& measured, const std::string& of_what);

// Why the figures should not be trusted without reserve, on stdout.
void print_cautions(const std::vector<std::string>& cautions);

// How many photos were skipped and the first of them with the reason, on stderr.
void print_skipped(const std::vector<SkippedPhoto>& skipped, bool quiet);

}  // namespace pawprint
