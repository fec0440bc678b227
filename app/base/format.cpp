#include "app/base/format.h"

#include <cmath>
#include <cstdio>

namespace pawprint {

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  const std::string plain = text;
  // minus zero has no place in prose
  return plain.find_first_not_of("-0.") == std::string::npos && plain[0] == '-' ? plain.substr(1) : plain;
}

std::string short_number(double value) {
  const double size = std::abs(value);
  if (size >= 1000 && size < 1e9 && value == std::floor(value)) return whole_number(static_cast<int64_t>(value));
  char text[64];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string whole_number(int64_t value) {
  std::string text = std::to_string(value);
  for (auto at = static_cast<int64_t>(text.size()) - 3; at > (value < 0 ? 1 : 0); at -= 3)
    text.insert(static_cast<size_t>(at), ",");
  return text;
}

std::string percent(double share, int decimals) {
  // 9,999 of 10,000 are not all of them
  while (share < 1 && decimals < 4 && number(100 * share, decimals) == number(100, decimals)) ++decimals;
  return number(100 * share, decimals) + "\u00a0%";  // no line ends in between
}

std::string counted(int64_t count, const std::string& one) {
  return whole_number(count) + ' ' + one + (count == 1 ? "" : "s");
}

}  // namespace pawprint
