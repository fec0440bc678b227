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

// Four hexadecimal digits at `at`, or nothing.
std::optional<uint32_t> hex4(std::string_view text, size_t at) {
  uint32_t value = 0;
  if (at + 4 > text.size()) return std::nullopt;
  for (const char c : text.substr(at, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  return value;
}

std::string to_utf8(uint32_t code) {
  const auto byte = [](uint32_t b) { return static_cast<char>(b); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6), byte(0x80 | (code & 0x3f))};
  if (code < 0x10000) return {byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 0x3f)), byte(0x80 | (code & 0x3f))};
  return {byte(0xf0 | code >> 18), byte(0x80 | (code >> 12 & 0x3f)), byte(0x80 | (code >> 6 & 0x3f)),
          byte(0x80 | (code & 0x3f))};
}

// The bytes that \uXXXX stands for, its digits at `at`, which is moved behind them.
std::optional<std::string> unicode_escape(std::string_view text, size_t& at) {
  const auto code = hex4(text, at);
  if (!code) return std::nullopt;
  at += 4;
  if (*code >= 0xdc80 && *code <= 0xdcff) return std::string{static_cast<char>(*code - 0xdc00)};
  if (*code < 0xd800 || *code > 0xdfff) return to_utf8(*code);
  const auto low = text.substr(at).starts_with("\\u") ? hex4(text, at + 2) : std::nullopt;
  if (*code > 0xdbff || !low || *low < 0xdc00 || *low > 0xdfff) return std::nullopt;
  at += 6;
  return to_utf8(0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00));
}

}  // namespace

std::optional<std::string> json_string_bytes(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string bytes;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i++];
    if (c == '"' || static_cast<uint8_t>(c) < 0x20) return std::nullopt;
    if (c != '\\') {
      bytes += c;
      continue;
    }
    if (i == text.size()) return std::nullopt;
    constexpr std::string_view kNames = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const char name = text[i++];
    if (const auto which = kNames.find(name); which != std::string_view::npos) {
      bytes += kMeanings[which];
      continue;
    }
    const auto escaped = name == 'u' ? unicode_escape(text, i) : std::nullopt;
    if (!escaped) return std::nullopt;
    bytes += *escaped;
  }
  return bytes;
}

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
