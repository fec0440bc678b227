// The headers that make LibTorch slow to compile, once. Sources still include what they use.
#pragma once

#include <torch/script.h>

#include <nlohmann/json.hpp>
