#pragma once

#include <string>

#include "app/evaluation/input_choice.h"

namespace pawprint {

// A page of its own for what finetune's report says of it.
std::string inputs_page(const InputChoice& choice);

}  // namespace pawprint
