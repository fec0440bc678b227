// What most sources that need no LibTorch include, compiled once. Sources still include what they use.
#pragma once

#include <nlohmann/json.hpp>
