#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/evaluation/metrics.h"

namespace pawprint {

// Fewer photos allow no figure at all; fewer of a class none that says much of it.
inline constexpr int64_t kFewestForFigure = 5, kFewestOfClass = 30;

// What is known of a measurement besides its figures.
struct Circumstances {
  std::vector<int64_t> training_of_class;  // [C]; empty: not known
  int64_t doubtful_labels = 0;             // of the training photos
  int64_t excluded_validation = 0;         // photos measured on that a list left out of training
  int64_t relatives = 0;         // training photos that belong to groups of the given validation photos: left out
  int64_t related_training = 0;  // or trained on, because there would be too few without
  std::optional<int64_t> timed;  // photos that say when they were taken; none: groups were not looked for
  bool grouped = false;          // groups were named
  std::vector<int64_t> too_alike = {};  // classes nearly all of whose photos look alike, and are not grouped by that
  int64_t other_colors = 0;             // photos whose color profile is not sRGB's, and was ignored
  int64_t unscored = 0;                 // training photos that are the only group of their class
  bool cross_validated = true;          // penalty and temperature were
  int64_t relabeled_measured = 0;       // photos measured on whose label a person corrected
};

// Why the figures should not be trusted without reserve, a plain sentence each, the most important first; empty if
// there is no reason.
std::vector<std::string> cautions(const Evaluation& evaluation, const std::vector<std::string>& class_names,
                                  const Circumstances& known);

}  // namespace pawprint
