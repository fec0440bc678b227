#include "models/error.h"

#include <cstdio>

namespace pawprint {

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const unsigned char c : text) {
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20 || c == 0x7f) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", c);
      out += escaped;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "'";
}

}  // namespace pawprint
