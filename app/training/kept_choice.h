#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace pawprint {

struct KeptChoice {
  nlohmann::json choice;
  std::string problem = {};  // why it is not kept for the next run; empty if it is, or is not meant to be
};

// What is chosen by measured speed (precision, engine) would fall out otherwise another time, and give other bits. So
// it is made once, written and synced before it is used, and taken by every run after that: one that was killed and is
// repeated computes as it did before. Of two runs that measure at once, the one that is done first decides for both.
//   folder: of the cache; empty: nothing is kept
//   conditions: what the choice holds for
//   is_whole: whether what was read is such a choice; what throws is none. One that cannot be read is made anew
//   make: null is not kept
KeptChoice kept_choice(const std::filesystem::path& folder, const nlohmann::json& conditions,
                       const std::function<bool(const nlohmann::json& choice)>& is_whole,
                       const std::function<nlohmann::json()>& make);

}  // namespace pawprint
