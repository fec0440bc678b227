#include "app/data/json_text.h"

#include <cstdint>
#include <cstdio>

namespace pawprint {

namespace {

// The length of the well-formed UTF-8 sequence at the front (Unicode 15, table 3-7), or 0.
size_t utf8_length(std::string_view s) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<uint8_t>(s[i]) : 0; };
  const auto in = [](int b, int low, int high) { return b >= low && b <= high; };
  const auto tail = [&](size_t i) { return in(byte(i), 0x80, 0xbf); };
  const int b0 = byte(0), b1 = byte(1);
  if (b0 < 0x80) return 1;
  if (in(b0, 0xc2, 0xdf)) return tail(1) ? 2 : 0;
  if (in(b0, 0xe0, 0xef)) return in(b1, b0 == 0xe0 ? 0xa0 : 0x80, b0 == 0xed ? 0x9f : 0xbf) && tail(2) ? 3 : 0;
  if (in(b0, 0xf0, 0xf4))
    return in(b1, b0 == 0xf0 ? 0x90 : 0x80, b0 == 0xf4 ? 0x8f : 0xbf) && tail(2) && tail(3) ? 4 : 0;
  return 0;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const size_t length = utf8_length(bytes);
    out += length == 0 ? std::string_view("\xef\xbf\xbd") : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string json_string(std::string_view bytes) {
  std::string out = "\"";
  while (!bytes.empty()) {
    const size_t length = utf8_length(bytes);
    const auto c = static_cast<uint8_t>(bytes[0]);
    char escaped[8];
    if (length == 0 || c < 0x20 || c == 0x7f) {
      std::snprintf(escaped, sizeof escaped, "\\u%04x", length == 0 ? 0xdc00 + c : c);
      out += escaped;
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += bytes.substr(0, length);
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out + '"';
}

}  // namespace pawprint
