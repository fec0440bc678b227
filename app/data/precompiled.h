// What most sources that see pixels include, compiled once. Sources still include what they use.
#pragma once

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
