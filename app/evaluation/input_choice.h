// What the networks are to be shown of the photos, chosen by what it is worth.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "models/base/preprocess_spec.h"

namespace pawprint {

struct ShownInput {
  std::string network;
  Fit fit = Fit::kCrop;
  int64_t size_px = 0;  // PreprocessSpec::crop_px

  std::string text() const;  // `mobilenet_v2 whole 288`
};

struct TriedInput {
  std::vector<ShownInput> inputs = {};  // of several networks side by side
  double photos_per_second = 0;         // of the networks alone, measured once on a machine
  double accuracy = 0, log_loss = 0;    // by cross-validation
  double excess = 0, excess_error = 0;  // of the log loss over the best one's, photo by photo, and its standard error

  std::string text() const;  // joined by ` + `
};

struct InputChoice {
  std::vector<TriedInput> tried = {};
  int64_t chosen = 0;  // index into tried
  int64_t photos = 0;  // that they were tried on
  double seconds = 0;  // that the trial took
  // Of the choice itself: each fold of the photos by what the other folds would have chosen.
  double outer_accuracy = 0, outer_log_loss = 0;
  std::vector<InputChoice> of_networks = {};  // of several: what each is best shown, tried on fewer photos
};

// What a head said out of fold of the same photos, for each candidate.
struct CandidateScores {
  std::vector<double> losses;  // [M]
  std::vector<bool> correct;   // [M]
  double cost_s = 0;           // of a photo: the cheaper of two that are as good is chosen
};

// Fills in the other figures of `choice.tried`, one for each candidate, and chooses: the cheapest whose log loss is
// within one standard error of the least (Breiman et al. 1984). The error is that of the difference from the best,
// photo by photo: what all find hard does not count.
//   fold [M]: of each photo
void choose_input(InputChoice& choice, const std::vector<CandidateScores>& candidates,
                  const std::vector<int64_t>& fold);

nlohmann::json to_json(InputChoice choice);
InputChoice input_choice_from_json(const nlohmann::json& json);  // throws Error, or what nlohmann::json throws

}  // namespace pawprint
