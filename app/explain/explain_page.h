#pragma once

#include <string>

#include "app/explain/explain_photos.h"

namespace pawprint {

// The page index.html: what the colors mean, whether they tell the truth, and all photos.
std::string explain_page(const Explanations& explanations);

// The numbers, explain.json (docs/explain.md). File names are kept as json_string() keeps them.
std::string explain_json(const Explanations& explanations, const ExplainOptions& options);

// How the check ended, in a sentence.
std::string faithfulness_sentence(const FaithfulnessSummary& check);

}  // namespace pawprint
