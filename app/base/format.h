// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace pawprint {

std::string number(double value, int decimals);              // 1234.57
std::string short_number(double value);                      // three digits: 0.0316, 1e-04, 1,600
std::string whole_number(int64_t value);                     // 25,000
std::string percent(double share, int decimals);             // 98.3 %; never 100 % for less
std::string counted(int64_t count, const std::string& one);  // 1 photo, 2,000 photos

}  // namespace pawprint
