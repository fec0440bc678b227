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

namespace {

// At that byte: the control character's length, or 0.
size_t control_size(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(at) < 0x20 || byte(at) == 0x7f) return 1;
  return byte(at) == 0xc2 && at + 1 < text.size() && byte(at + 1) >= 0x80 && byte(at + 1) < 0xa0 ? 2 : 0;
}

}  // namespace

bool has_control_characters(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (control_size(text, i) > 0) return true;
  }
  return false;
}

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  size_t control = 0;  // bytes of a control character that are left
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (control == 0) control = control_size(text, i);
    if (control > 0) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", c);
      out += escaped;
      --control;
      continue;
    }
    if (c == '\'' || c == '\\') out += '\\';
    out += text[i];
  }
  return out + "'";
}

}  // namespace pawprint
