#include "models/base/error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace pawprint {

FileError::FileError(const std::string& what_was_done, int code_)
    : Error(what_was_done + ": " + std::strerror(code_)), code(code_) {}

bool FileError::disk_is_full() const {
  return code == ENOSPC || code == EDQUOT || code == EROFS || code == EIO || code == ENODEV;
}

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
